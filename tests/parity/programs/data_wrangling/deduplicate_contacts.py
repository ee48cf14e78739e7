"""Normalise messy contacts and merge duplicates."""

import re
import unicodedata
from dataclasses import dataclass, field

RAW = [
    "  Jos\u00e9 Garc\u00eda ; jose.garcia@Example.COM ; +34 600 123 456",
    "Jose Garcia; JOSE.GARCIA@example.com; ",
    "M\u00fcller, Anna ;anna@mueller.example; 030/12345-67",
    "Anna Mu\u0308ller;anna@mueller.example;+49 30 1234567",
    "Bob;bob@example.org;0043 1 555",
    "bob ; not-an-email ; 1",
    ";;",
]


@dataclass
class Contact:
    name: str
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def merge(self, other: "Contact") -> None:
        self.name = max(self.name, other.name, key=lambda n: (len(n.encode()), n))
        self.emails |= other.emails
        self.phones |= other.phones


def ascii_key(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def parse(line: str) -> Contact | None:
    name, email, phone = (part.strip() for part in line.split(";"))
    if not name:
        return None
    if "," in name:
        last, first = (part.strip() for part in name.split(",", 1))
        name = f"{first} {last}"
    contact = Contact(unicodedata.normalize("NFC", name))
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", email, re.I):
        contact.emails.add(email.lower())
    digits = re.sub(r"\D", "", re.sub(r"^\+", "00", phone))
    if len(digits) >= 6:
        contact.phones.add(digits)
    return contact


def main() -> None:
    merged: dict[str, Contact] = {}
    for line in RAW:
        contact = parse(line)
        if contact is None:
            print("ignored:", repr(line))
        elif (key := ascii_key(contact.name)) in merged:
            merged[key].merge(contact)
        else:
            merged[key] = contact
    for key, contact in sorted(merged.items()):
        print(f"{key:<12} {contact.name:<14} {sorted(contact.emails)} {sorted(contact.phones)}")


if __name__ == "__main__":
    main()
