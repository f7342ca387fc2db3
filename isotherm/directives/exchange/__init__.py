"""How a read document leaves (Word, Excel, Akoma Ntoso), and how lists that an office keeps already come in."""
