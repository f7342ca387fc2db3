"""Every write about documents and tasks before they are given."""
