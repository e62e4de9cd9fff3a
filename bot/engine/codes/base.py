"""The small dialogs from which the examples of the pages are cut. They have no fault."""

from __future__ import annotations

from collections.abc import Mapping

EVENING = """\
dialog: evening
about: Two minutes about today.
source: a friend
start: today
expire: {after: 7d, go: gone}
vars:
  day: {type: choice, of: [good, hard]}
  wish: {type: text, private: true}
  place: {type: text}
nodes:
  today:
    say: |
      How was today?
    ask:
      save: day
      buttons:
        good:
          text: Good
          go: onward
        hard:
          text: Hard
          also: [not good]
          go: onward
  onward:
    go:
      - {if: day == "hard" and local_hour > 20, to: rest}
      - {to: wish}
  wish:
    say: |
      What would you like tomorrow?
    ask:
      text: {save: wish, check: words, go: where}
  where:
    say: |
      In which country?
    ask:
      list: {of: countries, save: place, go: kept}
  kept:
    do:
      - keep_words: {kind: plan, words: wish}
      - save_country: {country: place}
    say: |
      Kept, {name}: {wish}
    end: done
  rest:
    say: |
      Then let the rest of it be easy.
    end: done
  gone:
    end: expired
"""
LETTER = """\
dialog: letter
about: Write a letter.
needs: [paired]
start: write
expire: {after: 7d, go: later}
vars:
  draft: {type: letter, private: true}
nodes:
  write:
    say: |
      Write as much as you like.
    ask:
      collect: {into: draft, kinds: [text]}
      buttons:
        done:
          text: Preview
          when: draft.parts > 0
          go: review
        later:
          text: Not now
          go: later
  review:
    show: draft
    say: |
      Shall I give this to {partner}?
    ask:
      buttons:
        send:
          text: Yes, send it
          consent: draft
          go: send
        change:
          text: Change it
          go: write
  send:
    do:
      - seal_letter: {letter: draft, rest: none}
    say: |
      It is on its way.
    end: done
  later:
    end: later
"""
NIGHT = """\
dialog: night
about: Before you sleep.
start: mind
expire: {after: 7d, go: out}
vars:
  topic: {type: choice, of: [work, us]}
  words: {type: text, private: true}
nodes:
  mind:
    say: |
      What is on your mind?
    ask:
      save: topic
      buttons:
        work:
          text: Work
          go: say
        us:
          text: The two of us
          go: say
  say:
    say: |
      Say it in a few words.
    ask:
      text: {save: words, check: words, go: listen}
  listen:
    call: {dialog: calm, with: {topic: {var: topic}, words: {var: words}}}
    go:
      - {if: result == "again", to: mind}
      - {to: out}
  out:
    end: done
"""
CALM = """\
dialog: calm
about: One slow breath.
start: breathe
expire: {after: 2h, go: done}
vars:
  topic: {type: choice, of: [work, us], given: true}
  words: {type: text, private: true, given: true}
nodes:
  breathe:
    say: |
      “{words}” Breathe in, and out.
    ask:
      buttons:
        more:
          text: Once more
          when: topic == "work"
          go: again
        enough:
          text: That is enough
          go: done
  again:
    end: again
  done:
    end: calmer
"""
DIALOGS: Mapping[str, str] = {
    "evening.yaml": EVENING,
    "letter.yaml": LETTER,
    "night.yaml": NIGHT,
    "calm.yaml": CALM,
}
