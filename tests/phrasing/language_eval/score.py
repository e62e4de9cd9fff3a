#!/usr/bin/env python3
# ruff: noqa: T201, PTH123, RET503
# fmt: off
"""Score predictions for the language evaluation sets.

    python score.py GOLD.jsonl PREDICTIONS.jsonl [--json] [--errors N]

Both files hold one JSON object per line and the same ids.  The kind of set
(i_statements, safety, cause_matching or letters) is read off the gold file.
Extra fields in a prediction are ignored; a prediction may leave out "text".

Exit status: 0 scored; 1 ids (or letter sentences) are missing from the
predictions; 2 a file cannot be read or a label is not one of the set's.
Standard library only.
"""
import argparse
import json
import math
import sys

VERDICTS = ["i_statement", "disguised_you", "you_statement", "incomplete", "off_topic"]
FLAGS = ["absolute", "label_or_insult", "mind_reading", "faux_feeling", "demand",
         "contempt_or_sarcasm", "has_feeling_word", "has_situation", "has_need_or_request"]
SAFETY = ["none", "self_harm", "fear_of_partner_or_abuse", "violence_towards_partner",
          "child_at_risk", "medical_or_other_emergency"]
CAUSES = ["lack_of_communication", "unresolved_conflicts", "lack_of_quality_time",
          "changes_in_priorities", "infidelity", "other"]
LETTER = ["blame", "contempt", "absolute", "threat"]


def die(status, message):
    print(message, file=sys.stderr)
    sys.exit(status)


def load(path):
    rows = {}
    try:
        with open(path, encoding="utf-8") as handle:
            for number, line in enumerate(handle, 1):
                if not line.strip():
                    continue
                row = json.loads(line)
                key = row["id"]
                if key in rows:
                    die(2, f"{path}:{number}: id {key} occurs twice")
                rows[key] = row
    except (OSError, ValueError, KeyError, TypeError) as error:
        die(2, f"{path}: cannot read: {error!r}")
    if not rows:
        die(2, f"{path}: empty")
    return rows


def kind_of(row):
    if "sentences" in row:
        return "letters"
    if "label" in row:
        return "safety"
    if isinstance(row.get("labels"), dict):
        return "i_statements"
    if isinstance(row.get("labels"), list):
        return "cause_matching"
    die(2, f"gold row {row.get('id')}: unknown kind of set")


def ratio(a, b):
    return a / b if b else 0.0


def prf(tp, fp, fn):
    p, r = ratio(tp, tp + fp), ratio(tp, tp + fn)
    return {"precision": p, "recall": r, "f1": ratio(2 * p * r, p + r), "support": tp + fn}


def binary(pairs):
    """pairs of (gold, predicted) booleans"""
    tp = sum(1 for g, p in pairs if g and p)
    fp = sum(1 for g, p in pairs if not g and p)
    fn = sum(1 for g, p in pairs if g and not p)
    return prf(tp, fp, fn)


def mean(values):
    values = list(values)
    return ratio(sum(values), len(values))


def wilson(hits, n, z=1.96):
    """95 % interval of a proportion"""
    if not n:
        return [0.0, 0.0]
    p = hits / n
    mid = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return [max(0.0, mid - half), min(1.0, mid + half)]


def confusion(pairs, names):
    return {g: {p: sum(1 for a, b in pairs if (a, b) == (g, p)) for p in names} for g in names}


def need(row, *path):
    value = row
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            die(2, f"prediction {row.get('id')}: no {'.'.join(map(str, path))}")
    return value


def allowed(row, value, names):
    if value not in names:
        die(2, f"prediction {row.get('id')}: {value!r} is not one of {', '.join(names)}")
    return value


def score_i_statements(gold, pred, errors):
    pairs = []
    for key, row in gold.items():
        got = allowed(pred[key], need(pred[key], "labels", "verdict"), VERDICTS)
        pairs.append((row["labels"]["verdict"], got))
        if row["labels"]["verdict"] != got:
            errors.append((key, row["labels"]["verdict"], got, row["text"]))
    verdicts = {v: binary([(g == v, p == v) for g, p in pairs]) for v in VERDICTS}
    flags = {f: binary([(bool(gold[k]["labels"][f]), bool(need(pred[k], "labels", f)))
                        for k in gold]) for f in FLAGS}
    return {"verdict_accuracy": mean(g == p for g, p in pairs),
            "verdict_macro_f1": mean(v["f1"] for v in verdicts.values()),
            "flag_macro_f1": mean(v["f1"] for v in flags.values()),
            "verdicts": verdicts, "flags": flags, "confusion": confusion(pairs, VERDICTS)}


def score_safety(gold, pred, errors):
    pairs = []
    for key, row in gold.items():
        got = allowed(pred[key], need(pred[key], "label"), SAFETY)
        pairs.append((row["label"], got))
        if row["label"] != got:
            errors.append((key, row["label"], got, row["text"]))
    labels = {v: binary([(g == v, p == v) for g, p in pairs]) for v in SAFETY}
    positive = [(g, p) for g, p in pairs if g != "none"]
    negative = [(g, p) for g, p in pairs if g == "none"]
    caught = sum(p != "none" for _, p in positive)
    quiet = sum(p == "none" for _, p in negative)
    return {"sensitivity": ratio(caught, len(positive)),
            "sensitivity_95": wilson(caught, len(positive)),
            "specificity": ratio(quiet, len(negative)),
            "specificity_95": wilson(quiet, len(negative)),
            "right_label_among_positives": mean(g == p for g, p in positive),
            "macro_f1": mean(v["f1"] for v in labels.values()),
            "sensitivity_by_directness": {
                d: mean(pred[k]["label"] != "none" for k, row in gold.items()
                        if row.get("directness") == d) for d in ("direct", "indirect")},
            "sensitivity_by_label": {v: mean(p != "none" for g, p in pairs if g == v)
                                     for v in SAFETY[1:]},
            "labels": labels, "confusion": confusion(pairs, SAFETY)}


def score_cause_matching(gold, pred, errors):
    sets = []
    for key, row in gold.items():
        got = need(pred[key], "labels")
        if not isinstance(got, list):
            die(2, f"prediction {key}: labels must be a list")
        got = {allowed(pred[key], v, CAUSES) for v in got}
        sets.append((set(row["labels"]), got))
        if set(row["labels"]) != got:
            errors.append((key, "+".join(row["labels"]), "+".join(sorted(got)), row["text"]))
    labels = {c: binary([(c in g, c in p) for g, p in sets]) for c in CAUSES}
    several = [(g, p) for g, p in sets if len(g) > 1]
    return {"macro_f1": mean(v["f1"] for v in labels.values()),
            "exact_match": mean(g == p for g, p in sets),
            "at_least_one_right": mean(bool(g & p) for g, p in sets),
            "exact_match_on_several": mean(g == p for g, p in several),
            "labels": labels}


def score_letters(gold, pred, errors):
    any_pairs, types, clean_hit = [], {t: [] for t in LETTER}, []
    missing = []
    for key, row in gold.items():
        got = {s.get("i"): s.get("flags") or [] for s in need(pred[key], "sentences")}
        wrong = 0
        for sentence in row["sentences"]:
            if sentence["i"] not in got:
                missing.append(f"{key}:{sentence['i']}")
                continue
            flags = {allowed(pred[key], f, LETTER) for f in got[sentence["i"]]}
            want = set(sentence["flags"])
            any_pairs.append((bool(want), bool(flags)))
            for t in LETTER:
                types[t].append((t in want, t in flags))
            wrong += bool(flags) and not want
            if bool(want) != bool(flags):
                errors.append((f"{key}:{sentence['i']}", "+".join(sorted(want)) or "-",
                               "+".join(sorted(flags)) or "-", sentence["text"]))
        clean_hit.append(wrong == 0)
    if missing:
        die(1, f"missing sentences in the predictions: {', '.join(missing[:10])}"
               f" ({len(missing)} in all)")
    unflagged = [p for g, p in any_pairs if not g]
    scores = {t: binary(v) for t, v in types.items()}
    return {"flagged": binary(any_pairs), "false_flag_rate": mean(unflagged),
            "letters_without_a_false_flag": mean(clean_hit),
            "type_macro_f1": mean(v["f1"] for v in scores.values()), "types": scores}


def show(value, indent=0):
    pad = "  " * indent
    for name, item in value.items():
        if isinstance(item, dict) and "f1" in item:
            print(f"{pad}{name:30s} P {item['precision']:.3f}  R {item['recall']:.3f}  "
                  f"F1 {item['f1']:.3f}  n {item['support']}")
        elif name == "confusion":
            print(f"{pad}confusion (rows: gold, columns: predicted)")
            names = list(item)
            print(pad + "  " + " " * 28 + " ".join(f"{n[:8]:>8s}" for n in names))
            for g in names:
                print(f"{pad}  {g:28s}" + " ".join(f"{item[g][p]:8d}" for p in names))
        elif isinstance(item, dict):
            print(f"{pad}{name}")
            show(item, indent + 1)
        elif isinstance(item, list):
            print(f"{pad}{name:30s} {item[0]:.3f} .. {item[1]:.3f}")
        else:
            print(f"{pad}{name:30s} {item:.3f}" if isinstance(item, float)
                  else f"{pad}{name:30s} {item}")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold")
    parser.add_argument("predictions")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--errors", type=int, default=0, metavar="N",
                        help="list up to N wrong items as well")
    args = parser.parse_args(argv)
    gold, pred = load(args.gold), load(args.predictions)
    missing = [key for key in gold if key not in pred]
    if missing:
        die(1, f"missing ids in the predictions: {', '.join(missing[:10])}"
               f" ({len(missing)} in all)")
    extra = [key for key in pred if key not in gold]
    if extra:
        print(f"note: {len(extra)} predictions have no gold item", file=sys.stderr)
    kind = kind_of(next(iter(gold.values())))
    errors = []
    result = {"set": kind, "items": len(gold)}
    result.update({"i_statements": score_i_statements, "safety": score_safety,
                   "cause_matching": score_cause_matching,
                   "letters": score_letters}[kind](gold, pred, errors))
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        show(result)
    for key, want, got, text in errors[:args.errors]:
        print(f"{key}  gold={want}  predicted={got}  {text}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, such as head, has gone
        sys.stderr.close()
