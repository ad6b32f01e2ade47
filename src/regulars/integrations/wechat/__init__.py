"""Messages in WeChat 微信, by mini program or service account: `README.md` says what it needs."""
