"""E-mail by SMTP, signed by DKIM where a key is given: `README.md` says what it needs."""
