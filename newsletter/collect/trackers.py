"""Parameters of URLs that say how a reader came there, not what the page is. Pure, data only.

Facts, gathered from the public rule sets of ClearURLs, AdGuard and courlan and from the vendors' own
documents. Only names that a vendor (of analytics, advertising, mailings, sharing) has coined stand
here. What publishers name themselves (``id``, ``p``, ``from``, ``source``, ``tid`` …) stays in the
address: on another site the same name picks the page.
"""

from __future__ import annotations

import re

# Families of names, by their beginning.
_PREFIXES = (
    *("utm_", "utm-", "_ga", "_gl", "ga_", "gs_", "gad_"),  # Google
    *("mtm_", "matomo_", "pk_", "piwik_", "otm_"),  # Matomo, once Piwik
    *("hsa_", "__hs", "_hs", "hsctatracking"),  # HubSpot
    *(
        "fb_action_",
        "fb_source",
        "fb_ref",
        "fb_comment_id",
        "action_object_map",
        "action_type_map",
    ),  # Facebook
    *("action_ref_map", "fb_news_token", "fb_clickid"),
    *("at_campaign", "at_medium", "at_custom", "at_link", "at_ptr", "at_bbc", "at_format"),  # AT Internet
    *("oly_", "vero_", "mkt_", "mc_", "ml_", "bsft_", "dm_i", "elq", "_bhlid", "_bta_"),  # mailings
    *("cm_mmc", "aftr_", "itm_", "stm_", "hmb_", "ceneo_spo", "campaign_", "rb_clickid", "pf_rd_", "vn_"),
    *("wt_mc", "wt_zmc", "wtmc", "wtzmc", "wtrid", "wt.mc", "wt.tsrc"),  # Webtrekk and Webtrends
    *("ns_mchannel", "ns_campaign", "ns_source", "ns_linkname", "ns_fee"),  # comScore
    *("_openstat", "os_ehash", "__twitter_impression", "__readwise", "dicbo", "vgo_ee", "_branch_", "guce_"),
    *("sc_campaign", "sc_channel", "sc_medium", "sc_content", "sc_outcome", "sc_geo", "sc_country", "sc_cid"),
    *("irclick", "ranmid", "raneaid", "ransiteid", "tracking_source", "traffic_source"),
)

# Whole names.
_NAMES = (
    # click identifiers of advertising networks
    *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "yclid", "ysclid"),
    *("ttclid", "li_fat_id", "igshid", "igsh", "mibextid", "srsltid", "epik", "scclid", "sccid", "rdt_cid"),
    *("irgwc", "clickid", "click_id", "zanpid", "cjevent", "wickedid", "obclid", "tblci", "s_kwcid"),
    *("ef_id", "s_cid", "ocid", "awc", "tduid", "sscid", "cjdata", "ymclid", "_trksid", "gclaw"),
    # campaigns, affiliates, mailings
    *("cmpid", "cmp", "cmpgn", "campaign", "campaignid", "xtor", "xtref", "mkcid", "mkrid", "mkevt"),
    *("echobox", "affiliate", "this_affiliate", "aff_id", "affid", "trk", "trkinfo", "trkcampaign", "spm"),
    *("ref_src", "ref_url", "referrer", "referer", "__s", "_ke", "ck_subscriber_id", "nr_email_referer"),
    *("guccounter", "amp_js_v", "usqp"),
)

# Names that say whence on news sites and pick the page elsewhere (a branch, a module, a source): they
# count only where the path itself names the article.
_REFERRAL = frozenset({"ref", "ref_type", "reflink", "mod", "src", "xid", "via"})

# Another face of the same page: share and reply links of WordPress, print and AMP views.
_VIEWS = ("share", "replytocom", "print", "printable", "amp", "_amp", "outputtype")
_AMP = frozenset({"display", "view", "mode", "format", "service", "layout"})  # with the value "amp"

_TRACKER = re.compile(
    rf"(?:{'|'.join(map(re.escape, _PREFIXES))})|(?:{'|'.join(map(re.escape, _NAMES))})\Z",
    re.IGNORECASE,
)


def is_tracker(name: str) -> bool:
    """Whether a query parameter of this name says only how the reader came."""
    return _TRACKER.match(name) is not None


def is_referral(name: str) -> bool:
    """Whether a query parameter says how the reader came, beside a path that names the article."""
    return name.lower() in _REFERRAL


def is_view(name: str, value: str) -> bool:
    """Whether a query parameter only picks another face of the same page."""
    name = name.lower()
    return name in _VIEWS or (name in _AMP and value.lower() == "amp")
