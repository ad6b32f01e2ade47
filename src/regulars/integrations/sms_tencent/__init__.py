"""SMS by Tencent Cloud 腾讯云短信: `README.md` says what it needs."""
