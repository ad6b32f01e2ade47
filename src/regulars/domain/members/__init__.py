"""Who the regulars are: members, the identities they are known by, profile and consent."""
