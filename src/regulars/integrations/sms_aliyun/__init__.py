"""SMS by Aliyun 阿里云短信服务: `README.md` says what it needs."""
