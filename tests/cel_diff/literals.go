package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Literals and calls that are made, not picked; some are not what they look like.
func (g *generator) literal(typeName string) string {
	switch typeName {
	case "int":
		return g.integer()
	case "uint":
		return strings.TrimPrefix(g.integer(), "-") + "u"
	case "double":
		return g.double()
	case "string":
		return g.text("")
	case "bytes":
		return g.text("b")
	case "time":
		return "timestamp('" + g.instant() + "')"
	case "span":
		return "duration('" + g.span() + "')"
	case "bool":
		return g.text("") + ".matches(r'" + g.pattern() + "')"
	}
	return ""
}

func (g *generator) integer() string {
	n := int64(g.random.Uint64() >> g.random.Intn(64))
	if g.random.Intn(8) == 0 && n >= 0 {
		return fmt.Sprintf("0x%x", n)
	}
	return strconv.FormatInt(n, 10)
}

func (g *generator) double() string {
	x := math.Float64frombits(g.random.Uint64())
	if g.random.Intn(2) == 0 {
		x = float64(g.random.Intn(2000000)-1000000) / math.Pow(10, float64(g.random.Intn(9)))
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "0.5"
	}
	text := strconv.FormatFloat(x, "eg"[g.random.Intn(2)], -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

var characters = []string{"a", "B", " ", "1", "é", "😀", "%", "\\n", "\\t", "\\\\", "\\x41", "\\101",
	"\\u00e9", "\\U0001F600", "\\'", "\\\"", "\\`", "\\?", "\\a", "\\v", "ß", "e\u0301", "\u2003", "\\000", "-", "."}

func (g *generator) text(prefix string) string {
	quote := g.pick([]string{"'", "\"", "'''", "\"\"\""})
	text := ""
	for range g.random.Intn(6) {
		piece := g.pick(characters)
		if prefix == "b" && (strings.HasPrefix(piece, "\\u") || strings.HasPrefix(piece, "\\U")) {
			piece = "\\xe9"
		}
		text += piece
	}
	return prefix + quote + text + quote
}

func (g *generator) span() string {
	text := g.pick([]string{"", "", "-", "+"})
	for range 1 + g.random.Intn(4) {
		text += strconv.FormatUint(g.random.Uint64()>>(20+g.random.Intn(44)), 10)
		if g.random.Intn(3) == 0 {
			text += "." + strconv.FormatUint(g.random.Uint64()>>(20+g.random.Intn(44)), 10)
		}
		text += g.pick([]string{"h", "m", "s", "ms", "us", "ns", "µs", "s", "d", ""})
	}
	return text
}

func (g *generator) instant() string {
	text := fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d", g.random.Intn(10001), g.random.Intn(14),
		g.random.Intn(33), g.random.Intn(25), g.random.Intn(61), g.random.Intn(61))
	if g.random.Intn(2) == 0 {
		text = fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d", 1+g.random.Intn(9999),
			1+g.random.Intn(12), 1+g.random.Intn(28), g.random.Intn(24), g.random.Intn(60),
			g.random.Intn(60))
	}
	if g.random.Intn(2) == 0 {
		text += "." + strconv.Itoa(g.random.Intn(1000000000))
	}
	return text + g.pick([]string{"Z", "Z", "+01:00", "-23:59", "+14:30", "z", "", "+1:00"})
}

var fragments = []string{"a", "B", "[a-z]", "[^é]", ".", "\\d", "\\w+", "\\s*", "(a|b)", "(?i)b", "^", "$", "é",
	"😀", "a{2}", "\\pL", "\\p{Greek}", "(?s).", "x?", "[[:alpha:]]", "\\b", "(", "[", "*", "\\1", "a{1001}", "\\Q.\\E"}

func (g *generator) pattern() string {
	text := ""
	for range g.random.Intn(4) {
		text += g.pick(fragments)
	}
	return text
}

// A format string with arguments that mostly go with it.
func (g *generator) format(depth int) string {
	kinds := map[string][]string{"s": typeNames, "d": {"int", "uint", "double"},
		"f": {"double", "int", "uint"}, "e": {"double", "int"}, "x": {"int", "uint", "string", "bytes"},
		"X": {"int", "uint", "string", "bytes"}, "o": {"int", "uint"}, "b": {"int", "uint", "bool"}}
	verbs := []string{"s", "d", "f", "e", "x", "X", "o", "b"}
	text, args := "", []string{}
	for range g.random.Intn(4) {
		verb := g.pick(verbs)
		text += g.pick([]string{"", " ", "é", "%%"}) + "%"
		if (verb == "f" || verb == "e") && g.random.Intn(2) == 0 {
			text += "." + strconv.Itoa(g.random.Intn(30))
		}
		text += verb
		args = append(args, g.make(g.pick(kinds[verb]), depth))
	}
	return "'" + text + "'.format([" + strings.Join(args, ", ") + "])"
}
