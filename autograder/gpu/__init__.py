"""One function of a submission on a graphics card: which card, whose turn, the run, what it leaves behind.

The card's worker is a sandbox like the others, with the card in it. What comes out of it is bytes; nothing here opens
them further than a JSON parser does. Without a card, or where the machine is at fault, the ``ci`` profile counts.
"""
