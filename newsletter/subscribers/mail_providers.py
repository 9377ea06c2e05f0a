"""Domains where strangers to each other have mailboxes: one sign-up tells nothing of the next. Pure, data only."""

from __future__ import annotations

import re

MAIL_PROVIDERS = frozenset(
    re.findall(
        r"\S+",
        "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com hotmail.co.uk hotmail.fr hotmail.de "
        "outlook.de outlook.fr live.co.uk yahoo.com yahoo.co.uk yahoo.co.jp yahoo.de yahoo.fr yahoo.com.br yahoo.in "
        "ymail.com rocketmail.com aol.com icloud.com me.com mac.com proton.me protonmail.com pm.me tutanota.com "
        "tuta.com fastmail.com hey.com zoho.com mail.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de "
        "freenet.de posteo.de mailbox.org orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it "
        "tin.it bluewin.ch telenet.be skynet.be ziggo.nl kpnmail.nl xs4all.nl bigpond.com optusnet.com.au "
        "comcast.net verizon.net att.net sbcglobal.net cox.net charter.net shaw.ca rogers.com sympatico.ca telus.net "
        "btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com qq.com 163.com 126.com sina.com foxmail.com "
        "naver.com daum.net hanmail.net docomo.ne.jp ezweb.ne.jp softbank.ne.jp yandex.ru mail.ru bk.ru list.ru "
        "seznam.cz wp.pl o2.pl onet.pl interia.pl uol.com.br bol.com.br terra.com.br rediffmail.com",
    )
)
