"""Pages for people without a login: signed addresses, one look, limits. Each service brings its words and templates."""
