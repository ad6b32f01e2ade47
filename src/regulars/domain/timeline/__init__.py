"""The timeline 时间线: everything that happened to one member, each line with its reason."""
