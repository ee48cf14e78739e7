"""Build and parse e-mail: headers, attachments, multipart, encodings, policies, mailbox."""

import email
import email.policy
import mailbox
from email.headerregistry import Address
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

RAW = b"""From: =?utf-8?q?Zo=C3=AB_M=C3=BCller?= <zoe@example.org>
To: "Smith, Bob" <bob@example.net>, undisclosed@example.com
Subject: =?iso-8859-1?Q?Caf=E9?= =?utf-8?b?IOKAkyBtZW51?=
Date: Fri, 14 Mar 2025 10:20:30 +0100
Received: by a; Fri, 14 Mar 2025 10:20:31 +0100
Received: by b; Fri, 14 Mar 2025 10:20:32 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="XX"

preamble
--XX
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hello =E2=82=AC=
 world
--XX
Content-Type: text/html; charset=latin-1
Content-Transfer-Encoding: 8bit

<p>caf\xe9</p>
--XX
Content-Type: application/octet-stream; name="data.bin"
Content-Disposition: attachment; filename*=utf-8''d%C3%A4ta.bin
Content-Transfer-Encoding: base64

AAEC/w==
--XX--
"""


def build() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = (
        "R\u00e9sum\u00e9 and a very long subject line that has to be folded because it is longer than seventy-eight characters"
    )
    message["From"] = Address("Ann \u00c5", "ann", "example.org")
    message["To"] = ["bob@example.org", Address("Cid, Jr.", addr_spec="cid@example.org")]
    message.set_content("Plain text\nwith \u20ac and a line that is rather long: " + "word " * 20 + "\n")
    message.add_alternative("<h1>HTML</h1>", subtype="html")
    message.add_attachment(b"\0\1\2", maintype="application", subtype="zip", filename="a b.zip")
    message.add_attachment("col1,col2\n", subtype="csv", filename="t.csv")
    message.set_boundary("OUTER")
    next(message.iter_parts()).set_boundary("INNER")
    return message


def main():
    message = email.message_from_bytes(RAW, policy=email.policy.default)
    print(
        message["from"],
        "|",
        message["subject"],
        "|",
        message["to"].addresses[0].display_name,
        message["date"].datetime.isoformat(),
        message.get_all("received")[1],
    )
    for part in message.walk():
        print(
            part.get_content_type(),
            part.get_content_charset(),
            part.get_filename(),
            part.get_content_disposition(),
            ascii(part.get_content())[:40] if not part.is_multipart() else f"{len(part.get_payload())} parts",
        )
    print(
        repr(message.preamble),
        message.get_body(("plain",)).get_content().strip(),
        [a.get_filename() for a in message.iter_attachments()],
    )
    built = build()
    print(built.as_string())
    again = email.message_from_bytes(built.as_bytes(), policy=email.policy.default)
    print(again["subject"] == built["subject"], again["to"].addresses[1], [p.get_content_type() for p in again.walk()])
    old = MIMEMultipart("alternative", boundary="B")
    old.attach(MIMEText("text", "plain", "us-ascii"))
    old["X-Long"] = "value " * 20
    print(
        old.as_string().splitlines()[:4],
        email.message_from_string("A: 1\n\nbody").get_payload(),
        email.message_from_string("no headers here").defects,
    )
    box = mailbox.mbox("box")
    for n in range(3):
        box.add(f"From: {n}@x\nSubject: m{n}\n\nFrom the start\n")
    box.remove(1)
    box.flush()
    print(len(box), [m["subject"] for m in box], box[0].get_payload(), open("box").read().count(">From"))
    for attempt in (
        lambda: built.__setitem__("Subject", "twice"),
        lambda: EmailMessage().__setitem__("X", "a\nb"),
        lambda: Address("a", "b c@", "d"),
        lambda: built.set_content(3),
        lambda: EmailMessage().get_content(),
    ):
        try:
            attempt()
        except Exception as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
