"""Pages that hold no article, in the wordings of many publishers and languages, and look-alikes that hold one."""

from __future__ import annotations

import pytest

from newsletter.extract.html_article import extract_html
from newsletter.extract.not_article import NotArticle
from newsletter.model import Extracted

NOT_FOUND = [
    ("Page not found | Alloy Weekly",
     "<h1>Hmm, that page isn't here</h1><p>The address may be mistyped, or we have moved the story.</p>"),
    ("404", "<h1>404</h1><p>The requested URL was not found on this server.</p>"),
    ("Alloy Weekly", ("<h1>This page has gone missing</h1><p>Try searching for what you wanted, or start "
                      "again from the front page.</p>")),
    ("Error", ("<h1>We can't seem to find the page you're looking for.</h1><p>Error code: "
               "404</p><ul><li>Home</li><li>Help</li></ul>")),
    ("Nothing found - Metals Desk",
     "<h1>Nothing found</h1><p>It looks like nothing was found at this location. Maybe try a search?</p>"),
    ("Content unavailable",
     "<h1>Content unavailable</h1><p>The article you requested is no longer available on our website.</p>"),
    ("Seite nicht gefunden", ("<h1>Seite nicht gefunden</h1><p>Die von Ihnen aufgerufene Seite existiert "
                              "leider nicht oder wurde verschoben.</p>")),
    ("Fehler 404 - Rohstoffblatt",
     "<h1>Ups!</h1><p>Diese Seite konnte leider nicht gefunden werden. Bitte prüfen Sie die Adresse.</p>"),
    ("Rohstoffblatt", ("<h1>Artikel nicht mehr verfügbar</h1><p>Der gewünschte Artikel ist nicht mehr "
                       "verfügbar. Zurück zur Startseite.</p>")),
    ("Page introuvable - Le Métal", "<h1>Oups…</h1><p>La page que vous recherchez n’existe pas ou a été déplacée.</p>"),
    ("Erreur 404",
     "<h1>Erreur 404</h1><p>Désolé, le contenu que vous avez demandé est introuvable. Retour à l'accueil.</p>"),
    ("Le Métal",
     "<h1>Cet article n'est plus disponible</h1><p>Il a peut-être été supprimé ou son adresse a changé.</p>"),
    ("页面未找到", "<h1>页面未找到</h1><p>抱歉,您访问的页面不存在或已被删除。请返回首页继续浏览。</p>"),
    ("稀土在线", "<h1>404</h1><p>很抱歉,您要查看的文章已被删除或不存在,系统将在五秒后自动跳转到首页。</p>"),
    ("提示信息", "<h1>提示信息</h1><p>您访问的内容已下线,或者链接地址有误,请返回首页重新查找相关的内容。</p>"),
    ("Página no encontrada",
     "<h1>Página no encontrada</h1><p>Lo sentimos, la página que busca no existe o ha cambiado de dirección.</p>"),
    ("ページが見つかりません",
     "<h1>お探しのページは見つかりません</h1><p>ページは移動または削除された可能性があります。トップページへお戻りください。</p>"),
    ("Gone", "<h1>410 Gone</h1><p>This story was withdrawn by the publisher and will not return.</p>"),
    ("Oops! | Magnet Monitor", ("<h1>Oops! We dug everywhere</h1><p>There is no page at this address. Check "
                                "the link, or tell us what you expected to see.</p>")),
    ("Magnet Monitor", ("<h1>Sorry, this page doesn't exist</h1><p>It might have been deleted, or the link "
                        "that you followed may be broken.</p>")),
]  # fmt: skip
CONSENT = [
    ("Alloy Weekly", ("<h1>Your privacy matters to us</h1><p>We and our 431 partners store and access "
                      "information on your device, such as unique IDs in cookies, to process personal data. "
                      "You may accept or manage your choices by clicking below.</p><button>Accept "
                      "all</button><button>Manage options</button>")),
    ("Before you continue", ("<p>We use cookies and data to deliver and maintain services, track outages and "
                             "measure audience engagement. If you choose to accept all, we will also use "
                             "cookies and data to show personalised content.</p>")),
    ("Cookies on Metals Desk", ("<h1>Cookies on Metals Desk</h1><p>This site uses cookies to improve your "
                                "experience. By pressing Agree you consent to our use of cookies for "
                                "advertising and analytics.</p>")),
    ("Subscribe or accept", ("<h1>Read on with advertising</h1><p>Accept tracking and cookies to read this "
                             "site free of charge, or take an ad-free subscription for 2.99 a month. Your "
                             "consent can be withdrawn at any time in the privacy settings.</p>")),
    ("Privacy settings", ("<h1>Privacy settings</h1><p>With your consent, we and our vendors use cookies or "
                          "similar technologies to store, access and process personal data like your visit "
                          "to this website. You can withdraw your consent or object to data processing "
                          "based on legitimate interest at any time.</p>")),
    ("Consent", ("<p>To continue, please choose whether our advertising partners may set cookies in your "
                 "browser. Essential cookies are always on. Reject all. Accept all. Save my choices.</p>")),
    ("Rohstoffblatt", ("<h1>Mit Werbung weiterlesen</h1><p>Besuchen Sie unsere Website wie gewohnt mit "
                       "Werbung und Tracking. Die Zustimmung ist jederzeit widerrufbar. Details zu Werbe- "
                       "und Analyse-Trackern in unserer Datenschutzerklärung.</p><p>Zustimmen und weiter</p>")),
    ("Zustimmung", ("<p>Wir und unsere Partner verarbeiten personenbezogene Daten wie Ihre IP-Nummer und "
                    "verwenden Technologien wie Cookies, um Informationen auf Ihrem Gerät zu speichern und "
                    "darauf zuzugreifen. Alle akzeptieren. Einstellungen.</p>")),
    ("Datenschutz", ("<h1>Wir brauchen Ihre Einwilligung</h1><p>Um unser Angebot finanzieren zu können, "
                     "setzen wir Cookies ein. Mit einem Klick auf „Akzeptieren“ stimmen Sie der Nutzung zu. "
                     "Alternativ können Sie unser Pur-Abo ohne Werbetracking buchen.</p>")),
    ("Willkommen", ("<h1>Willkommen!</h1><p>Bitte entscheiden Sie, ob Sie diese Seite mit Werbung und "
                    "Cookies nutzen oder ein werbefreies Abo abschließen möchten. Ihre Auswahl können Sie "
                    "in den Cookie-Einstellungen ändern.</p>")),
    ("Le Métal", ("<h1>Le respect de votre vie privée est notre priorité</h1><p>Avec votre accord, nos "
                  "partenaires et nous utilisons des cookies ou technologies similaires pour stocker et "
                  "accéder à vos informations personnelles comme votre visite sur ce site.</p><p>Tout "
                  "accepter</p><p>Continuer sans accepter</p>")),
    ("Gestion des cookies", ("<p>Nous utilisons des traceurs pour mesurer l'audience et vous proposer des "
                             "publicités personnalisées. Vous pouvez accepter ou refuser leur dépôt, ou "
                             "vous abonner pour lire sans cookies publicitaires.</p>")),
    ("Le Métal", ("<h1>Continuez votre lecture avec les cookies</h1><p>Pour accéder gratuitement à ce site, "
                  "acceptez l'utilisation des cookies à des fins de publicité ciblée. Sinon, abonnez-vous à "
                  "partir de 1 € par mois.</p>")),
    ("Cookie 设置",
     ("<h1>我们重视您的隐私</h1><p>我们和合作伙伴使用 Cookie "
      "及类似技术来存储和访问设备上的信息,以便提供个性化广告和内容。您可以点击“全部接受”表示同意,或者管理您的偏好设置。</p>")),
    ("稀土在线",
     ("<p>本网站使用 Cookie 来改善您的浏览体验。继续浏览即表示您同意我们使用 Cookie "
      "并接受我们的隐私政策。请点击“同意”继续访问本网站,或点击“拒绝”离开。</p>")),
    ("隐私提示",
     ("<h1>隐私提示</h1><p>为了向您提供更好的服务,我们会使用 Cookies "
      "收集必要的信息。请阅读并同意《隐私政策》和《用户协议》后继续使用本站的全部功能和内容。</p>")),
    ("Sus opciones de privacidad", ("<p>Nosotros y nuestros socios almacenamos o accedemos a información en "
                                    "un dispositivo, como las cookies, y tratamos datos personales. Puede "
                                    "aceptar, rechazar o configurar sus preferencias.</p>")),
    ("Il tuo consenso", ("<p>Noi e i nostri partner utilizziamo i cookie per archiviare informazioni sul "
                         "dispositivo e mostrare annunci personalizzati. Puoi accettare, rifiutare o "
                         "abbonarti per leggere senza pubblicità.</p>")),
    ("Cookiemuur", ("<p>Wij en onze partners plaatsen cookies om deze website goed te laten werken en om "
                    "advertenties te tonen. Kies voor akkoord, of pas uw cookie-instellingen aan om verder "
                    "te gaan.</p>")),
    ("Magnet Monitor", ("<h1>We value your privacy</h1><p>Magnet Monitor relies on advertising. Please allow "
                        "cookies so that our partners can measure ads and content. Continue without "
                        "agreeing, or see our cookie policy for every purpose.</p>")),
]  # fmt: skip
LEAD = (
    "The company said on Tuesday that it had produced 2,080 tonnes of neodymium-praseodymium oxide in the three "
    "months to December, up from 1,650 tonnes a year earlier."
)
LEAD_DE = (
    "Der Hersteller hat im vierten Quartal nach eigenen Angaben 2.080 Tonnen Neodym-Praseodym-Oxid erzeugt, ein "
    "Viertel mehr als im Vorjahr, und hält an seinen Plänen für das neue Werk fest."
)
LEAD_FR = (
    "Le groupe a annoncé mardi avoir produit 2 080 tonnes d'oxyde de néodyme-praséodyme au quatrième trimestre, "
    "contre 1 650 tonnes un an plus tôt, et confirme le calendrier de sa nouvelle usine."
)
LEAD_ZH = (
    "该公司周二表示,第四季度氧化镨钕产量达到2080吨,高于去年同期的1650吨,新的分离生产线预计将于明年六月投产,"
    "目前仍在等待监管部门的最终批准。"
)
TEASER = [
    ("Refiner lifts output", LEAD,
     "<h3>Subscribe to unlock this article</h3><p>Try unlimited access for only $1 for 4 weeks.</p>"),
    ("Refiner lifts output", LEAD,
     "<p>You have 0 free articles left this month.</p><p>Sign up for a plan to go on reading.</p>"),
    ("Refiner lifts output", LEAD,
     "<p>The rest of this story is reserved for members.</p><a href='/join'>Join today</a>"),
    ("Refiner lifts output", LEAD,
     "<p>This is a premium article.</p><p>Log in or subscribe to read the full text.</p>"),
    ("Refiner lifts output", LEAD,
     "<p>Want to read more?</p><p>Register for free to access this article and get two more each month.</p>"),
    ("Refiner lifts output", LEAD,
     "<p>You've reached your limit of complimentary articles.</p><p>See subscription options</p>"),
    ("Refiner lifts output", LEAD,
     "<p>Unlock the full article with a 30-day trial.</p><p>Already subscribed? Log in</p>"),
    ("Refiner lifts output", LEAD,
     "<p>To read the full story, please choose a subscription or enter your email address.</p>"),
    ("Refiner lifts output", LEAD,
     "<p>Exclusive to subscribers</p><p>Get full access to our metals coverage from $9.99 a month.</p>"),
    ("Refiner lifts output", LEAD, "<p>Continue reading your article with a Metals Desk subscription.</p>"),
    ("Refiner lifts output", LEAD, "<p>This content is locked. Subscribers can read it in full.</p>"),
    ("Hersteller meldet mehr", LEAD_DE,
     "<h3>Jetzt weiterlesen mit Plus</h3><p>Testen Sie uns einen Monat lang für 1 Euro.</p>"),
    ("Hersteller meldet mehr", LEAD_DE,
     "<p>Dieser Artikel ist nur für Abonnenten. Sie sind bereits Abonnent? Hier anmelden.</p>"),
    ("Hersteller meldet mehr", LEAD_DE, "<p>Lesen Sie den ganzen Artikel mit einem Abo.</p><p>Jederzeit kündbar.</p>"),
    ("Hersteller meldet mehr", LEAD_DE, "<p>Exklusiv für Abonnenten: Schalten Sie diesen Beitrag frei.</p>"),
    ("Le groupe produit plus", LEAD_FR,
     "<p>Il vous reste 80 % de cet article à lire. La suite est réservée aux abonnés.</p>"),
    ("Le groupe produit plus", LEAD_FR,
     "<p>Cet article est réservé à nos abonnés.</p><p>Déjà abonné ? Connectez-vous</p>"),
    ("Le groupe produit plus", LEAD_FR, "<p>Pour poursuivre votre lecture, abonnez-vous dès 1 € le premier mois.</p>"),
    ("公司产量增长", LEAD_ZH, "<p>本文为付费内容,订阅会员后即可阅读全文。</p>"),
    ("公司产量增长", LEAD_ZH, "<p>登录后可继续阅读剩余内容,成为会员享受更多权益。</p>"),
]  # fmt: skip
MORE = [
    ("It expects the first dysprosium oxide from its new separation circuit in June, subject to final "
     "permits, and plans to expand."),
    ("Analysts had forecast a lower figure. Shares rose 4% in Sydney, the most since August, as investors "
     "welcomed the outlook."),
    ("Demand from makers of electric motors kept prices firm through the quarter, and its order book is "
     "filled to two thirds."),
]  # fmt: skip
LOOK_ALIKES = [
    ("Regulator fines publisher over cookie wall", ("The regulator said on Monday that the publisher's "
                                                    "cookie wall broke the law, since readers could not "
                                                    "refuse the use of cookies for advertising without paying.")),
    ("Why missing pages cost shops money", ("A page that cannot be found costs a shop on average four per "
                                            "cent of its visitors, a study said on Tuesday; most of them "
                                            "never come back after an error 404.")),
    ("Newspaper puts its best stories behind a paywall", ("The newspaper said on Wednesday that from March "
                                                          "the rest of each story will be reserved for "
                                                          "subscribers, who pay nine euros a month to "
                                                          "continue reading.")),
    ("Mine's records not found, court told", ("The records of the mine could not be found, a court in Perth "
                                              "was told on Thursday, and the company that kept them is no "
                                              "longer registered there.")),
    ("Verlag führt Bezahlschranke ein", ("Der Verlag teilte am Montag mit, dass künftig nur noch Abonnenten "
                                         "den ganzen Artikel lesen können; wer zustimmt, sieht weiter "
                                         "Werbung und Cookies.")),
    ("工信部:系统页面不存在故障已修复",
     "工信部周三表示,申报系统中部分企业遇到的页面不存在的问题已经修复,所有配额申请材料均已保存,企业无需重新提交,审批进度不受影响。"),
]  # fmt: skip


SHORT_REPORTS = [
    ("Prices rise", ("Neodymium oxide rose 3% in Shanghai on Monday, traders said, the fourth gain in a row "
                     "as makers of motors refilled stocks ahead of the holiday next week."), ("Subscribe to "
                                                                                              "our free newsletter")),
    ("Quota is late", ("The ministry said on Monday that it will publish the export quota for the first half "
                       "by the end of March, two weeks later than usual because of a change in "
                       "procedure."), "Log in to comment"),
    ("Officer leaves", ("The miner said on Friday that its chief financial officer will leave in June after "
                        "nine years; the company has begun a search for a successor inside and outside."), "Follow us"),
    ("Importers register", ("The agency said on Tuesday that it will register importers of magnets from "
                            "July; those that trade less than a tonne a year need not apply for a number at "
                            "all."), "Related: Magnet makers welcome rule"),
]  # fmt: skip


def make_page(title: str, body: str) -> str:
    return f"""<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body><header><nav><ul>
<li><a href="/a">Markets</a></li><li><a href="/b">Metals</a></li><li><a href="/c">Prices</a></li></ul></nav></header>
<main>{body}</main><footer><p>© 2026 <a href="/imprint">Imprint</a> <a href="/privacy">Privacy policy</a></p></footer>
</body></html>"""


def why(title: str, body: str) -> str | None:
    found = extract_html(make_page(title, body), url="https://news.example/2026/01/story")
    return found.reason if isinstance(found, NotArticle) else None


def test_pages_that_are_gone_are_told_in_many_wordings() -> None:
    missed = [(title, body) for title, body in NOT_FOUND if why(title, body) != "page not found"]
    assert missed == []


def test_walls_of_consent_are_told_in_many_wordings() -> None:
    missed = [(title, body) for title, body in CONSENT if why(title, body) != "cookie wall"]
    assert missed == []


def test_beginnings_before_a_wall_are_told_in_many_wordings() -> None:
    pages = [(title, f"<h1>{title}</h1><p>{lead}</p><div>{wall}</div>") for title, lead, wall in TEASER]
    missed = [body for title, body in pages if why(title, body) != "pay-wall teaser"]
    assert missed == []


@pytest.mark.parametrize(
    "words",
    [
        "Our site is undergoing scheduled maintenance. Please check back soon, and thank you for your patience.",
        "You are accessing this website from a country in the European Economic Area; we cannot grant you access.",
        "Unsere Webseite ist zurzeit wegen Wartung nicht zu erreichen. Wir sind morgen früh wieder für Sie da.",
    ],
    ids=["maintenance", "country", "wartung"],
)
def test_a_page_that_is_not_shown_here_or_now_is_no_article(words: str) -> None:
    assert why("We will be right back", f"<main><h1>We will be right back</h1><p>{words}</p></main>") == (
        "not shown here or now"
    )


@pytest.mark.parametrize(
    "words",
    [
        "The refinery in Kuantan is under scheduled maintenance until May, and its website is down, the company said.",
        "Die Anlage steht wegen Wartung bis Mai still, teilte das Unternehmen mit; Lieferungen kommen aus dem Lager.",
    ],
    ids=["plant", "anlage"],
)
def test_news_of_maintenance_is_an_article(words: str) -> None:
    assert why("Refinery stands still", f"<main><h1>Refinery stands still</h1><p>{words}</p></main>") is None


@pytest.mark.parametrize("number", range(len(LOOK_ALIKES)))
def test_articles_about_walls_and_missing_pages_are_articles(number: int) -> None:
    title, lead = LOOK_ALIKES[number]
    body = (
        f"<article><h1>{title}</h1><p>{lead}</p>" + "".join(f"<p>{text}</p>" for text in MORE) + "</article>"
    )
    found = extract_html(make_page(title, body), url="https://news.example/2026/01/story")
    assert isinstance(found, Extracted)
    assert lead in found.text


@pytest.mark.parametrize("number", range(len(SHORT_REPORTS)))
def test_a_short_report_beside_the_usual_offers_is_an_article(number: int) -> None:
    title, report, offer = SHORT_REPORTS[number]
    body = f"<article><h1>{title}</h1><p>{report}</p></article><div><p>{offer}</p></div>"
    assert why(title, body) is None


@pytest.mark.parametrize(
    ("begins", "is_teaser"),
    [
        ("Subscribe to continue reading. Already a subscriber? Log in. Rare earth magnet makers face", True),
        (
            "Subscribers to the fund will register their holdings, the exchange said on Monday in Perth.",
            False,
        ),
    ],
)
def test_a_stub_that_begins_with_the_offer_is_a_teaser(begins: str, is_teaser: bool) -> None:
    html = f"<title>Rare earths</title><body><h1>Rare earths</h1><p>{begins}</p></body>"
    found = extract_html(html, url="https://news.example/story")
    assert (isinstance(found, NotArticle) and found.reason == "pay-wall teaser") == is_teaser


@pytest.mark.parametrize(
    "last",
    [
        "Tickets start at $65 and go on sale in Oslo on Friday.",
        "Dysprosium oxide was unchanged at $230-250/kg cif Rotterdam.",
    ],
)
def test_a_brief_that_ends_with_a_price_is_an_article(last: str) -> None:
    told = f"<h1>Prices rise</h1><p>The port of Oslo raised its fares by 4% on Monday.</p><p>{last}</p>"
    assert why("Prices rise", told) is None


def test_elements_named_for_a_wall_and_a_price_make_a_teaser_of_a_longer_beginning() -> None:
    begun = "".join(f"<p>{text}</p>" for text in (LEAD, *MORE))
    offer = "<p>Choose a plan: monthly $12, annual $99.</p>"
    plain = f"<h1>Refiner lifts output</h1>{begun}<div class='{{}}'>{offer}</div>"
    assert why("Refiner lifts output", plain.format("paywall")) == "pay-wall teaser"
    assert why("Refiner lifts output", plain.format("offers")) is None
