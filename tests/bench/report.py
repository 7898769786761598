"""Figures, their baselines and goals, and the table they make."""

import statistics


class Report:
    def __init__(self, runs, full):
        self.runs = runs
        self.full = full
        self.figures = []
        self.words = []

    def medians(self, measure, keys=("wall", "cpu", "memory")):
        """`measure()` several times; the median of each attribute, in order."""
        runs = [measure() for _ in range(self.runs)]
        return [statistics.median(getattr(run, key) for run in runs) for key in keys]

    def pairs(self, ours, theirs, key="wall"):
        """The two in turn, since a shared machine changes its pace; both medians and the median
        of the ratios, pair by pair."""
        pairs = [(getattr(ours(), key), getattr(theirs(), key)) for _ in range(self.runs)]
        return (statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs),
                statistics.median(a / b for a, b in pairs))

    def add(self, what, figure, unit, goal=None, baseline=None, value=None, ratio=None, at_least=False):
        """`goal` is for the ratio to the baseline where there is one, else for the figure."""
        if baseline is not None and ratio is None:
            ratio = figure / value
        judged = ratio if baseline is not None else figure
        met = None if goal is None else (judged >= goal if at_least else judged <= goal)
        self.figures.append({"what": what, "figure": round(figure, 4), "unit": unit, "goal": goal,
                             "at_least": at_least, "baseline": baseline,
                             "baseline_figure": None if value is None else round(value, 4),
                             "ratio": None if ratio is None else round(ratio, 3), "met": met})
        print("  " + " | ".join(self.row(self.figures[-1])), flush=True)

    def say(self, words):
        """What is no figure: printed, and once more below the table."""
        self.words.append(words)
        print(words, flush=True)

    @staticmethod
    def row(figure):
        def number(value):
            return "" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"

        goal = "" if figure["goal"] is None else ("≥ " if figure["at_least"] else "≤ ") + number(figure["goal"])
        baseline = figure["baseline"] or ""
        if figure["baseline_figure"] is not None:
            baseline += f": {number(figure['baseline_figure'])} {figure['unit']}"
        met = {None: "", True: "yes", False: "NO"}[figure["met"]]
        return [figure["what"], f"{number(figure['figure'])} {figure['unit']}", baseline,
                number(figure["ratio"]), goal, met]

    def table(self, machine):
        rows = [["what", "measured", "baseline", "ratio", "goal", "met"], ["---"] * 6]
        rows += [self.row(figure) for figure in self.figures]
        lines = [f"Medians of {self.runs} runs; {machine}.", ""]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join(lines + [""] * bool(self.words) + self.words)
