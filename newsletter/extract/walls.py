"""The words of pages that are no articles: gone, walled by consent, by payment or by a bot check. Pure.

Phrases that stand on countless sites, in the languages that rare-earth news is written in; nothing names a
site. Each speaks of the page itself or to its reader, as no report about such pages does.
"""

from __future__ import annotations

import regex

_I = regex.IGNORECASE
_THING = r"(?:page|article|story|content|post|document|link|url|address)"

GONE_TITLE = regex.compile(
    r"(?:^|[^\d.,$€£'\"‘’“„«])(?:404|410)(?:\s*(?:error|[-–—:|!]|page|not found|gone|$))|(?:error|fehler|"
    r"erreur)(?: code)?:?\s*(?:404|410|403|500)|"
    rf"{_THING} (?:is |was )?(?:not|cannot be|could not be|can['’]t be) (?:found|available)|^(?:nothing|not) found\b|"
    rf"^(?:sorry|oops|whoops|hmm|ups|oups)\b.{{0,60}}(?:find|found|exist|gone|wrong|here)|"
    rf"(?:{_THING}|it) (?:is )?(?:no longer|does(?:n['’]t| not)|isn['’]t|is not) (?:exists?|available|here)|"
    rf"{_THING} (?:is |are )?unavailable|{_THING} has gone\b|(?:can['’]t|cannot|could ?n['’]t)(?: seem to)? "
    rf"find (?:that|this|the) {_THING}|"
    r"(?:seite|artikel|beitrag|inhalt) (?:wurde )?(?:leider )?(?:nicht (?:mehr )?(?:gefunden|verfügbar|"
    r"vorhanden)|existiert nicht)|"
    r"(?:page|article|contenu) (?:introuvable|non trouvée?)|n['’](?:est plus disponible|existe (?:pas|plus))|"
    r"página no (?:encontrada|existe)|pagina (?:non trovata|niet gevonden)|página não encontrada|"
    r"strona nie (?:istnieje|została znaleziona)|страница не (?:найдена|существует)|"
    r"^(?:页面|頁面|文章|内容)(?:未找到|不存在|找不到|已?被?(?:删除|刪除))|^(?:找不到页面|页面丢失)|"
    r"(?:ページ|記事)(?:が|は)(?:見つかりません|存在しません)|페이지를 찾을 수 없",
    _I,
)
BARE_GONE = regex.compile(r"not found|404|410|gone", _I)
GONE_TEXT = regex.compile(
    rf"{_THING} (?:that )?(?:you(?:['’]re| are| were| have)? (?:looking for|requested|tried to \w+|trying "
    rf"to \w+|followed)).{{0,60}}"
    rf"(?:not|n['’]t|no longer|moved|removed|unavailable|gone|broken)|(?:could ?n['’]t|could not|can['’]t|"
    rf"cannot|unable to)(?: seem to)? "
    rf"(?:be )?(?:find|found|locate) .{{0,30}}(?:this|that|the|your) {_THING}|(?:this|the|that) {_THING} "
    rf"(?:has been|was|may have been|might have been) "
    rf"(?:removed|deleted|moved|withdrawn)|(?:this|the|that) {_THING} (?:you requested )?is no longer available|"
    rf"requested (?:url|page|resource).{{0,40}}not found|nothing was found at (?:this|that)|(?:there is "
    rf")?no page at this address|"
    r"story was withdrawn by|(?:may|might) (?:be mistyped|have been (?:moved|deleted|removed))|it (?:might|"
    r"may) have been (?:deleted|moved|removed)|"
    r"(?:diese|die (?:von ihnen )?(?:aufgerufene|angeforderte|gewünschte|gesuchte)) seite.{0,60}(?:nicht|"
    r"verschoben|gelöscht)|"
    r"der (?:gewünschte|angeforderte|gesuchte) (?:artikel|beitrag|inhalt).{0,40}(?:nicht|gelöscht)|"
    r"(?:page|article|contenu) (?:que vous|demandée?).{0,60}(?:n['’]existe|introuvable|déplacée?|supprimée?)|"
    r"a (?:peut-être )?été (?:supprimée?|déplacée?) ou|página que (?:busca|buscas|solicit|"
    r"procura).{0,60}(?:\bno\b|não|ha sido|foi)|"
    r"pagina (?:che|richiesta|die u).{0,60}(?:\bnon\b|stata|niet)|"
    r"(?:您|你)(?:要|所|想)?(?:访问|訪問|查看|请求|浏览|查找)的?.{0,12}(?:不存在|已?被?删除|已下线|已失效|未找到|找不到|有误)|"
    r"お探しの(?:ページ|記事).{0,20}(?:見つかり|存在し|削除)|страниц[аы], котор.{0,40}(?:не найдена|не существует|"
    r"удалена)",
    _I,
)
BLOCKED = regex.compile(
    r"checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a "
    r")?human|are you a robot|"
    r"enable (?:javascript|cookies|js)(?: and cookies)? to (?:continue|proceed|view)|access (?:to this page "
    r")?(?:has been )?denied|"
    r"just a moment\.\.\.|attention required|unusual traffic|complete the captcha|request (?:was )?blocked|"
    r"ddos protection",
    _I,
)
NOT_SERVED = regex.compile(  # to this country, or today
    r"\b(?:our|this) (?:web)?(?:site|page|portal) is (?:currently |temporarily )?(?:undergoing|under|down "
    r"for) (?:\w+ )?maintenance|"
    r"\b(?:our|this) (?:web)?(?:site|page|portal) is (?:currently |temporarily )?(?:down|offline)\b|cannot "
    r"grant you access|"
    r"(?:not|n['’]t) (?:available|accessible) (?:in|from) your (?:region|country|location|area)|"
    r"accessing (?:this|our) (?:web)?site from (?:a|your) (?:country|region)|in ihrer? (?:region|land) nicht verfügbar|"
    r"(?:unsere|diese) (?:web)?(?:seite|site) ist .{0,30}wartung|dans votre (?:pays|région)|en (?:su|tu) "
    r"(?:país|región)|"
    r"(?:本站|网站)(?:正在)?维护中|(?:当|本)サイトは.{0,10}メンテナンス中",
    _I,
)
CONSENT_MATTERS = {  # what a wall of consent speaks of; at least three of these
    "cookie": regex.compile(r"cookie|traceur|track(?:ing|ers?)\b|similar technologies", _I),
    "consent": regex.compile(
        r"\bconsent|\b(?:agree|accept|allow|reject|refuse|decline|withdraw)|zustimm|akzeptier|einwillig|ablehn|"
        r"accept(?:er|ez|ant)|"
        r"refuser|\baccord\b|acepta|rechaza|accetta|rifiuta|akkoord|weiger|接受|同意|拒绝|同意する",
        _I,
    ),
    "privacy": regex.compile(
        r"privacy|personal data|data processing|datenschutz|personenbezogen|vie privée|(?:données|"
        r"informations) personnelles|datos personales|"
        r"privacidad|\bdevice\b|\bgerät|appareil|dispositivo|隐私|个人信息|设备|プライバシー|legitimate interest|"
        r"unique ids",
        _I,
    ),
    "parties": regex.compile(r"\b(?:our|\d+) (?:\w+ )?(?:partners|vendors)|unsere partner|partenaires|"
                             r"nuestros socios|nostri partner|onze partners|合作伙伴", _I),
    "ads": regex.compile(
        r"\bads?\b|\badvertis|personali[sz]ed|werbung|werbe|\bpublicit|personnalisé|publicidad|pubblicità|"
        r"annunci|advertenties|广告|个性化|広告",
        _I,
    ),
    "choice": regex.compile(
        r"\b(?:manage|options|settings|preferences|choices|choose)\b|einstellung|auswahl|entscheiden sie|"
        r"paramètr|gérer|configurar|preferencias|"
        r"instellingen|偏好|设置|点击|請点击|设定",
        _I,
    ),
    "measure": regex.compile(r"collect(?:s|ed)? information|information about (?:you|how)|remember you|"
                             r"analizar|audience|analytics|improve your experience|mesurer|analyse|measure|"
                             r"改善您的|store and/or|浏览体验|提供更好的服务", _I),
    "instead": regex.compile(r"ad-free|subscription|\babo\b|abonne[zr]|abbonar|suscri|without agreeing|sans "
                             r"accepter|用户协议", _I),
}  # fmt: skip
CONSENT_CORE = ("cookie", "privacy")  # one of them must be there, and a consent or a choice
TO_READER = regex.compile(
    r"\b(?:you|your|we|our|please)\b|\b(?:Sie|Ihre?[nmrs]?|wir|unsere?n?|Bitte)\b|\b(?:vous|votre|nous|nos)\b|"
    r"\b(?:sus|nosotros|puedes?|usted|usamos|nuestr[oa]s?)\b|"
    r"\b(?:noi|nostri|puoi|tuo)\b|\b(?:wij|onze|uw|je)\b|您|我们|本网站|本站|お客様|当サイト",
    _I,
)
_PEOPLE = r"(?:paying |paid |registered )?(?:subscribers?|members?)"
WALL = regex.compile(
    r"(?:subscribe|sign (?:in|up)|log ?in|register|create (?:a |an )?(?:free )?account|become a (?:member|subscriber)|"
    r"start your (?:free )?(?:trial|subscription)|upgrade|choose a subscription)\b.{0,60}(?:to (?:continue|"
    r"read|keep|access|unlock|view|go on)|"
    r"for (?:full|unlimited) access)|(?:continue|keep) reading (?:with|by|for|your)|to (?:continue|keep|go on) reading|"
    r"(?:this|the full|the rest of (?:this|the))\s+(?:article|story|content|post|"
    r"report)\b.{0,40}\b(?:is\s+)?(?:for|available (?:only )?to|reserved for|exclusive to|"
    rf"limited to)\s+(?:our |the )?{_PEOPLE}|(?:exclusive (?:to|for)|only for|reserved for|available "
    rf"(?:only )?to) (?:our )?{_PEOPLE}|"
    r"already (?:a subscriber|a member|have an account|subscribed)|(?:subscriber|member|premium)[- ](?:only|exclusive)|"
    r"this is a (?:premium|subscriber[- ]only|members?[- ]only|locked) (?:article|story|post|content)|"
    r"you(?:['’]ve| have) (?:reached|read|used|hit).{0,40}(?:free|complimentary|limit)|\d+ (?:free|"
    r"complimentary) (?:articles?|stories) (?:left|remaining)|"
    r"unlock (?:this|the (?:full|rest|whole))|(?:content|article|story) is locked|"
    r"to read (?:the full|the whole|the rest|more)\b.{0,60}(?:subscri|regist|sign|log in|trial|account|"
    r"email)|get full access to|"
    r"weiterlesen mit|jetzt (?:weiterlesen|abonnieren|freischalten)|(?:nur|exklusiv|ausschließlich) für "
    r"(?:unsere )?(?:abonnent|mitglied|registrierte)|"
    r"bereits (?:abonnent|abonniert|ein abo)|(?:ganzen|vollständigen|gesamten|kompletten) (?:artikel|"
    r"beitrag|text)\b.{0,30}(?:mit|abo|freischalten)|"
    r"(?:artikel|beitrag|inhalt) (?:jetzt )?(?:frei|kostenpflichtig|freischalten)|plus-artikel|schalten sie "
    r".{0,40} frei|"
    r"pour lire la suite|réservée?s? (?:aux|à nos) abonnés|la suite est réservée|il vous reste \d+\s?%|déjà "
    r"abonné|poursuivre (?:votre|la) lecture|"
    r"article (?:payant|réservé)|abonnez-vous (?:pour|dès)|para (?:seguir|continuar) (?:leyendo|lendo)|"
    r"(?:solo|exclusivo) para (?:suscriptores|assinantes)|"
    r"ya (?:soy|eres) suscriptor|já é assinante|per continuare a leggere|riservato agli abbonati|sei già abbonato|"
    r"lees verder met|(?:alleen|exclusief) voor abonnees|al abonnee|только для подписчиков|оформите подписку|"
    r"(?:本文为|此为|该文为)?付费(?:内容|文章|阅读)|(?:订阅|登录|注册|付费|开通|成为会员).{0,6}后.{0,4}(?:可)?.{0,4}(?:阅读|查看)|剩余内容|"
    r"(?:成为|开通|购买)(?:.{0,4})会员|"
    r"(?:会員|有料会員)限定|この記事は有料|続きを(?:読む|ご覧)には|残り\d+文字|유료 회원|구독자 전용",
    _I,
)
REST = regex.compile(  # what a reader has not read yet
    r"\b(?:whole|full|complete|entire|rest|remain(?:der|ing))\b.{0,20}\b(?:story|article|text|report|piece|"
    r"part|post)|\bthis (?:story|article|report|piece)\b|"
    r"(?:keep|continue|carry on|go on|start) reading|\bto (?:carry|read) on\b|free (?:article|stor(?:y|ies)|"
    r"reading)|for the rest\b|without limits|"
    r"lesen sie .{0,20}weiter|réservée? aux|(?:diese[nr]?|ganzen?|vollständige[nr]?|alle) (?:anderen "
    r")?(?:artikel|beitr[aä]ge?|texte?)|weiterlesen|la suite|cet article|votre lecture|intégralité|"
    r"artículo completo|este artículo|seguir leyendo|articolo completo|questo articolo|artigo completo|hele "
    r"artikel|dit artikel|"
    r"全文|剩余|试读|完整|继续阅读|免费阅读|本文|続き|全文を|이 기사|полный текст|эт[ау] стать",
    _I,
)
PAID = regex.compile(  # what it takes to read it
    r"\bsubscri|\bmembers?(?:hip)?\b|\bsign(?:ing)? (?:up|in)\b|\blog(?:ging)? ?in\b|\bregister|"
    r"\b(?:professional|digital|premium|monthly|annual) plan|"
    r"free trial|\baccount\b|[$€£]\s?\d|\d\s?[$€£]|cancel any ?time|\babo(?:s|nnement)?\b|-abo\b|\babonn|"
    r"(?:an|ab)gemeldete|anmelden|registrier|\bcompte\b|\bcents\b|\d euro\b|first month|free for \d|billed "
    r"(?:yearly|monthly)|digitalzugang|suscri|assina|"
    r"订阅|会员|登录|注册|付费|购买|membres\b|有料|会員|ログイン|구독|подпис",
    _I,
)
OTHER_OFFER = regex.compile(  # what sites ask for beside any article, free or not
    r"newsletter|inbox|alerts?\b|notif|comment|kommentar|commentaire|comentario|follow|channel|podcast|youtube|"
    r"whatsapp|telegram|donat|spende|评论|关注",
    _I,
)
NOT_FREE = regex.compile(r"[\"']isAccessibleForFree[\"']\s*:\s*[\"']?false", _I)
GATED = regex.compile(  # what publishers call the elements of a wall
    r"(?:class|id)=[\"'][^\"'<>]{0,200}(?:pay-?wall|reg-?wall|premium-(?:content|wall)|content-locked|"
    r"locked-content|subscriber-only)",
    _I,
)
BROKEN_OFF = regex.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
