"""SMS by Twilio, for numbers outside mainland China: `README.md` says what it needs."""
