"""Handing a recording to another office: a bag (BagIt, RFC 8493) that proves itself.

rules            who may, who else has to agree, when the answer is due
custody          the lines of the record about a recording, closed by the hand-over itself
bag              the bag as one stream of a ZIP file, stored, never whole in memory
casework         what happened as CASE/UCO JSON-LD
cover            the cover sheet (PDF/A)
building         all of it together, encrypted to the recipient with age
offline_verifier what the recipient runs; trusts nothing that lies in the bag
"""
