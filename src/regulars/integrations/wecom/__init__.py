"""Messages by WeCom 企业微信, to guests who added a member of staff: `README.md` says what it needs."""
