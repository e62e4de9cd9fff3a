"""Which kinds of rows make a new message, and which only tidy up. No behaviour."""

# Kinds of rows that make a new message; all others change one, so that doing them again does no harm.
SENDS = frozenset(
    {
        "say",
        "exchange_offer",
        "sentences",
        "notice",
        "nudge",
        "recheck",
        "panel",
        "preview",
        "quiet",
        "document",
        "readable",
        "keepsake",
        "copy",
        "own",
        "enclosure",
        "status",
        "page",
        "bubble",
    }
)

# Nobody learns of a letter in another way: these are never given up because no answer comes, and doubled do no harm.
AWAITED = frozenset({"notice", "exchange_offer"})

# Where their message is gone nothing is left to do.
TIDYING = frozenset({"unbutton", "retire", "cover", "fold", "gone", "exchange_away", "exchange_gone", "guard"})
