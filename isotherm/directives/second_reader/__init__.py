"""
A language model on the owner's network as a second reader; off unless an address is set.

1. `questions.py` cuts a text into parts and says what is asked.
2. `wire.py` asks one address, within strict limits, and nothing else.
3. `checking.py` believes nothing of the answer that the text does not bear out.
4. `merging.py` lays the rest beside what the grammar found. Nothing is accepted without a person.

`docs/decisions/0011-a-language-model-as-second-reader.md` says what leaves the machine.
"""
