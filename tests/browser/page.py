"""Checks the page of `status --html` as its readers get it.   page.py PAGE FOLDER-FOR-PICTURES"""
import base64
import pathlib
import sys

from webdriver import Browser

# name, width in CSS pixels, colour scheme
READERS = [("wide", 1280, "light"), ("narrow", 390, "light"), ("dark", 1280, "dark"),
           ("narrow-dark", 390, "dark")]

# Each script answers a list of what is wrong.
CHECKS = {
    "nothing is wider than the screen": """
        const most = document.documentElement.clientWidth;
        return document.documentElement.scrollWidth > most ? ['page'] :
            [...document.querySelectorAll('body > *, table')].filter(
                e => e.getBoundingClientRect().right > most + 1).map(e => e.outerHTML)""",
    "all text has a contrast of 4.5 and at least 12 pixels": """
        const parts = colour => colour.match(/[\\d.]+/g).map(Number);
        const light = colour => parts(colour).slice(0, 3).map(v => v / 255).map(
            v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce(
            (sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const probe = document.createElement('i');
        probe.style.background = 'Canvas';
        document.body.append(probe);
        const ground = light(getComputedStyle(probe).backgroundColor);
        probe.remove();
        return [...document.querySelectorAll('body *')].filter(
            e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).filter(e => {
                const style = getComputedStyle(e), text = light(style.color);
                const contrast = (Math.max(text, ground) + .05) / (Math.min(text, ground) + .05);
                return contrast < 4.5 || parseFloat(style.fontSize) < 12;
            }).map(e => e.outerHTML)""",
    "it fetches nothing and runs nothing": """
        return performance.getEntriesByType('resource').map(e => e.name).concat(
            [...document.scripts].map(s => s.outerHTML))""",
    "tables have headings for columns and rows": """
        return [...document.querySelectorAll('table')].filter(t =>
            !t.querySelector('thead th[scope=col]') || !t.querySelector('tbody th[scope=row]')
            ).map(t => t.outerHTML)""",
    "each chart has a name and draws bars up and down": """
        const charts = [...document.querySelectorAll('svg[role=img][aria-label]')];
        return charts.length === 2 && charts.every(c => c.querySelectorAll('path').length === 3 &&
            [...c.querySelectorAll('path')].every(p => p.getBoundingClientRect().width > 100))
            ? [] : charts.map(c => c.outerHTML).concat('charts: ' + charts.length)""",
    "it has a language, a title and one heading": """
        return document.documentElement.lang === 'en' && document.title &&
            document.querySelectorAll('h1').length === 1 ? [] : [document.title]""",
}


def show(browser, page, width, scheme):
    browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=900,
                     deviceScaleFactor=1, mobile=width < 500)
    browser.devtools("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("/url", {"url": page.resolve().as_uri()})


def photograph(browser, file):
    picture = browser.devtools("Page.captureScreenshot", format="png",
                               captureBeyondViewport=True)["data"]
    file.write_bytes(base64.b64decode(picture))


def wrong_with(browser):
    for check, script in CHECKS.items():
        for found in browser.run(script):
            yield f"not true that {check}: {found[:300]}"
    for line in browser.call("/se/log", {"type": "browser"}):
        yield f"the browser says: {line['message']}"


def main(page, pictures):
    failures = 0
    with Browser() as browser:
        for name, width, scheme in READERS:
            show(browser, page, width, scheme)
            for wrong in wrong_with(browser):
                print(f"{name}: {wrong}")
                failures += 1
            photograph(browser, pictures / f"status-{name}.png")
    print(f"{len(READERS)} readers, {len(CHECKS)} checks each, {failures} failures")
    return 1 if failures else 0


sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
