"""tenure doc: what it holds, that its HTML is sound and accessible, that no text is markup."""
import html.parser
import re

from support import contains, equal, folder, tenure, write

IPAAS = [
    # the DPSA module, section by section
    "Tencent Cloud Data Processing and Security Agreement (tencent.dpsa)",
    "https://www.tencentcloud.com/document/product/301/17347",
    "You can request deletion of such personal data in accordance with the DPSA.",
    "Metadata and Operational Status Data", "Group ID", "Project ID", "Instance ID", "Runtime ID",
    "Version", "Tag", "Update time", "Created time", "Status", "Component ID", "Remark",
    "Provide the Feature to you and your end users, in accordance with your configuration",
    "mysql (primary and backup)", "kept until customer.deletion_requested happens",
    "must be gone within 30 days", "at least the age of consent", "Service region",
    "Sub processors", "Deletion requests",
    # the Privacy Policy module
    "Tencent Cloud Privacy Policy (tencent.privacy_policy)",
    "https://www.tencentcloud.com/document/product/301/17345",
    "Global; primarily for users in the country or region of the service region, for performance.",
    "Running Log Data", "Run time", "Log level", "Job ID", "Flow name", "Application name",
    "Connector name", "Operation name", "Log category", "Runtime name",
    "Provide the Feature to you and your end users", "performance of a contract",
    "elasticsearch (backup)", "7 days from run_time",
    "Audit Log Data", "Audit time", "User name", "User ID", "Result", "Project name", "Audit module",
    "Audit category", "Audit content", "Comply with Tencent Cloud audit requirements",
    "kafka (temporary)", "elasticsearch (primary and backup)", "1 year from audit_time",
    "Once customer.terminated happens", "whichever comes first", "updated 2023-07-26",
    "Controller", "Availability", "Storage sharing", "this document prevails",
]
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(html.parser.HTMLParser):
    """Checks that tags nest, and collects what is asked of below."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.headings, self.links, self.ids = [], [], [], [], []
        self.words, self.tables, self.attributes = [], [], set()
        self.feed(text)
        self.close()
        equal(self.open, [])

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self.attributes |= set(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        if tag == "table":
            self.tables.append([])
        if self.tables and "table" in [*self.open, tag]:
            self.tables[-1].append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        equal(self.open.pop(), tag)

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def text(self):
        return " ".join(" ".join(self.words).split())


def check(page):
    """What makes the page accessible, and one file."""
    names = [tag for tag, _ in page.tags]
    equal(dict(page.tags)["html"].get("lang"), "en")
    assert "title" in names and "main" in names
    assert not {"script", "img", "link", "iframe", "object"} & set(names)
    assert not {a for a in page.attributes if a.startswith("on") or a in ("src", "style")}
    equal(page.headings[0], 1)
    equal(page.headings.count(1), 1)
    for before, after in zip(page.headings, page.headings[1:]):
        assert after <= before + 1, f"h{after} behind h{before}"
    equal(len(page.ids), len(set(page.ids)))
    for link in page.links:
        assert link.startswith(("https://", "http://")) or link[1:] in page.ids, link
    for table in page.tables:
        equal(table[1][0], "caption")
        heads = [attrs.get("scope") for tag, attrs in table if tag == "th"]
        assert heads and set(heads) <= {"col", "row"}, heads
        rows = [tag for tag, _ in table].count("tr")
        equal(heads.count("row"), rows - 1)


def html_of(*args):
    return tenure("doc", "--format", "html", *args).out


def test_every_statement_of_the_ipaas_modules_is_there():
    pages = {"md": tenure("doc", "policies/ipaas").out.replace("\\", ""),
             "html": Page(html_of("policies/ipaas")).text()}
    said = tenure("check", "--say", "policies/ipaas").out.splitlines()
    sentences = [s.strip() for s in said if re.match(r"  (Each|Once|Where|Otherwise)", s)]
    assert len(sentences) >= 4
    for kind, page in pages.items():
        for fact in IPAAS + sentences:
            assert fact in page, f"{kind} lacks {fact}"


def test_html_is_accessible():
    for what in (["policies/ipaas"], ["policies/shop"], ["tests/golden/doc/group"],
                 ["--article-30", "policies/patients"], ["--article-30", "policies/ipaas"],
                 ["policies/coppa_app", "policies/kyc"], ["stdlib/consent.tenure"]):
        check(Page(html_of(*what)))


def luminance(color):
    color = color.lstrip("#")
    if len(color) == 3:
        color = "".join(c * 2 for c in color)
    parts = [int(color[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_html_has_colours_of_high_contrast():
    style = re.search("<style>(.*?)</style>", html_of("policies/shop"), re.DOTALL)[1]
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    dark, in_print = dark.split("@media print")
    for part, least in ((light, 7), (dark, 7), (in_print, 7)):
        back = re.search(r"background:(#\w+)", part)[1]
        heads = re.search(r"thead th\{background:(#\w+)", part)
        for color in re.findall(r"[{;]color:(#\w+)", part):
            for ground in {back, heads[1] if heads else back}:
                a, b = sorted((luminance(color), luminance(ground)))
                assert (b + 0.05) / (a + 0.05) >= least, f"{color} on {ground}"


def test_no_text_is_markup():
    page = Page(html_of("tests/golden/doc/group"))
    contains(page.text(), '<script>alert("no")</script> & "quotes" stay text')
    contains(page.text(), "Tax number; <b>not</b> shown")
    contains(page.text(), "The group in Italy <&>")
    assert "b" not in [tag for tag, _ in page.tags]


def test_hostile_names_and_titles():
    title = "</title><script>x()</script>"
    text = f'''module a "{title}"
category `on click` "</h2><img src=x onerror=y>" {{
    fields {{ `a/b` : timestamp "| x | \\n# y" }}
    retain 1 day from `a/b` because "https://example.org/\\\"onmouseover=\\\"x() javascript:alert(1)"
}}
'''
    with folder() as path:
        write(f"{path}/a.tenure", text)
        page = Page(html_of(f"{path}/a.tenure"))
        check(page)
        contains(page.text(), title)
        assert all(link.startswith(("#", "https://example.org/")) for link in page.links)
        md = tenure("doc", f"{path}/a.tenure").out
        assert "<script" not in md.replace("\\<", "") and "\n# y" not in md
        rows = [line for line in md.splitlines() if line.startswith("| a/b")]
        equal(len(re.findall(r"(?<!\\)\|", rows[0])), 5)


def test_deferrals_and_overrides():
    out = tenure("doc", "tests/golden/doc/group/italy.tenure").out
    contains(out, "As specified in The group: base policy (group.base): The Group Ltd.")
    contains(out, "Each record is kept for 3 years from created; then it must be deleted at once.")
    contains(out, "Because: No warranty is given here")
    contains(out, "group/base.tenure:30:5")


def test_a_deployment_says_where_the_copies_are():
    policy = '''module m "M"
import std.gdpr
entity customer "C" { event gone }
purpose p "P"
category note "Note" of customer {
    fields { made : timestamp @created }
    purpose p
    basis std.gdpr.contract
    stored in db as primary, db as backup
    retain 1 year from made then delete within 30 days
    on customer.gone delete after 5 days within 30 days
    retain at most 2 years from made
}
'''
    deployment = '''deployment d of m
store lite = sqlite "x.db"
entity customer from lite table "c" key id { gone = gone }
bind m.note {
    db as primary to lite table "notes" { customer = c }
    db as backup unmanaged "nightly dumps" expires 28 days
}
'''
    with folder() as path:
        write(f"{path}/m.tenure", policy)
        write(f"{path}/d.tenure", deployment)
        out = tenure("doc", f"{path}/m.tenure", f"{path}/d.tenure").out
        contains(out, "In deployment d:")
        contains(out, 'db (primary) is table "notes" of the sqlite store lite.')
        contains(out, "db (backup) is nightly dumps, which no program reaches: a copy lives on there for "
                 "28 days after a record is deleted.")
        equal(out.count("That is longer than the"), 2)
        contains(out, "That is longer than the 30 days there are to delete: Once customer.gone happens")
        contains(out, "That is longer than the 0 days there are to delete: Each record is kept for at most")
        check(Page(html_of(f"{path}/m.tenure", f"{path}/d.tenure")))
        assert "In deployment" not in tenure("doc", f"{path}/m.tenure").out


def test_article_30_says_what_is_missing():
    out = tenure("doc", "--article-30", "policies/kyc").out
    contains(out, "| (e) Transfers to third countries | The policy does not say. |")
    contains(out, "| (b) Purposes | Counter Money Laundering")
    out = tenure("doc", "--article-30", "policies/shop").out
    assert "Books and annual accounts" not in out, "it is no personal data"
    contains(out, "(f) Time limits for erasure")


def test_errors_end_it():
    with folder() as path:
        write(f"{path}/a.tenure", "module a\ncategory b {\n}\n")
        done = tenure("doc", f"{path}/a.tenure", code=1)
        equal(done.out, "")
        contains(done.err, "no-retention")
    contains(tenure("doc", "--format", "pdf", "policies/kyc", code=2).err, "md or html")
    contains(tenure("doc", code=2).err, "which files")
