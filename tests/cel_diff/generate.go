package main

import (
	"math/rand"
	"regexp"
	"strings"
)

// Expressions of a wanted type, one place in twelve of another.
type generator struct {
	random *rand.Rand
	locals []string // "name:type", innermost last
}

var typeNames = []string{"int", "uint", "double", "bool", "string", "bytes", "time",
	"span", "ints", "texts", "map", "dyn"}

var leaves = map[string][]string{
	"int": {"0", "1", "-1", "2", "7", "63", "64", "i", "k", "9223372036854775807",
		"-9223372036854775808"},
	"uint":   {"0u", "1u", "7u", "u", "18446744073709551615u"},
	"double": {"0.0", "-0.0", "1.0", "1.5", "-2.5", "1e300", "9223372036854775808.0", "d", "0.1"},
	"bool":   {"true", "false", "b"},
	"string": {"''", "'a'", "'a😀é b'", "'é'", "' x '", "'1'", "'-3.5'", "'true'", "'%d'",
		"'2024-02-29T12:30:00.25Z'", "'1h2m3.5s'", "s"},
	"bytes": {"b''", "b'a'", "b'\\xff'", "b'\\xc3\\xa9'", "y"},
	"time": {"t", "timestamp('1969-12-31T23:59:59.999Z')", "timestamp(0)",
		"timestamp('9999-12-31T23:59:59Z')", "timestamp('0001-01-01T00:00:00Z')"},
	"span": {"e", "duration('0s')", "duration('-1.5s')", "duration('36h')",
		"duration('9223372036s')"},
	"ints":  {"[]", "l", "[1, 2, 3]", "[i, -1]"},
	"texts": {"[]", "['a', 'b']", "[s]"},
	"map":   {"{}", "m", "{'a': 1, 'b': 2}"},
	"dyn":   {"x", "null", "dyn(1)", "dyn(1.0)", "dyn('a')", "int", "[1, 'a', null]", "{1: 'a', true: 2.0}"},
}

// What a type can be made of: <type> is an expression of that type, <V> a new name,
// <type:a,b> an expression that may speak of the names before it, of types a and b.
var forms = map[string][]string{
	"int": {"<int> + <int>", "<int> - <int> * <int> + <int>", "-<int> % <int> - <int>",
		"<bool> ? <int> : <bool> ? <int> : <int>", "<string>.size() - <int>", "<int> - <int>", "<int> * <int>", "<int> / <int>", "<int> % <int>",
		"-(<int>)", "size(<string>)", "size(<bytes>)", "<ints>.size()", "<map>.size()",
		"int(<double>)", "int(<uint>)", "int(<string>)", "int(<time>)", "<ints>[<int>]",
		"<map>[<string>]", "<map>.a", "<string>.indexOf(<string>)", "<string>.lastIndexOf(<string>)",
		"<string>.indexOf(<string>, <int>)",
		"<string>.lastIndexOf(<string>, <int>)", "<time>.getFullYear()", "<time>.getMonth()",
		"<time>.getDayOfYear()", "<time>.getDayOfWeek()", "<time>.getDate()", "<time>.getDayOfMonth()",
		"<time>.getHours('-08:30')", "<time>.getHours('Europe/Berlin')", "<time>.getMinutes()",
		"<time>.getMilliseconds()", "<span>.getHours()", "<span>.getSeconds()",
		"<bool> ? <int> : <int>", "math.greatest(<int>, <int>)", "math.least(<ints>)",
		"math.abs(<int>)", "math.sign(<int>)", "math.bitAnd(<int>, <int>)", "math.bitXor(<int>, <int>)",
		"math.bitShiftLeft(<int>, <int>)", "math.bitShiftRight(<int>, <int>)",
		"cel.bind(<V>, <int>, <int:>)", "<ints>[?<int>].orValue(<int>)", "<map>[?<string>].orValue(<int>)"},
	"uint": {"<uint> + <uint>", "<uint> - <uint>", "<uint> * <uint>", "<uint> / <uint>",
		"<uint> % <uint>", "uint(<int>)", "uint(<string>)", "math.bitNot(<uint>)",
		"math.bitShiftLeft(<uint>, <int>)", "<bool> ? <uint> : <uint>"},
	"double": {"<double> + <double>", "<double> - <double>", "<double> * <double>",
		"<double> / <double>", "-(<double>)", "double(<int>)", "double(<uint>)", "double(<string>)",
		"math.ceil(<double>)", "math.floor(<double>)", "math.round(<double>)", "math.trunc(<double>)",
		"math.abs(<double>)", "math.sqrt(<double>)"},
	"bool": {"<bool> && <bool>", "<bool> || <bool> && !<bool> || <bool>", "<int> < <int> == <bool>",
		"<int> + <int> in <ints> && <bool>", "<string>.matches(<string>)",
		"optional.of(<dyn>) == optional.of(<dyn>)", "optional.ofNonZeroValue(<dyn>).hasValue()",
		"has(<dyn>.a)", "<dyn> in <dyn>", "<dyn> >= <dyn>", "<time> == <time>", "<span> == <span>", "<bool> || <bool>", "!(<bool>)", "<int> < <int>", "<int> <= <double>",
		"<uint> > <int>", "<double> >= <uint>", "<double> < <double>", "<string> < <string>",
		"<bytes> < <bytes>", "<time> < <time>", "<span> > <span>", "<bool> < <bool>",
		"<dyn> == <dyn>", "<dyn> != <dyn>", "<int> == <int>", "<string> == <string>",
		"<ints> == <ints>", "<map> == <map>", "dyn(<int>) == dyn(<double>)", "<int> in <ints>",
		"<string> in <map>", "<dyn> in <ints>", "<string> in <texts>", "has(<map>.a)", "has(m.zz)",
		"<string>.contains(<string>)", "<string>.startsWith(<string>)", "<string>.endsWith(<string>)",
		"<string>.matches('^[a-z]+')", "<string>.matches('.é')", "bool(<string>)", "math.isNaN(<double>)",
		"math.isInf(<double>)", "<ints>.all(<V>, <bool:int>)", "<ints>.exists(<V>, <bool:int>)",
		"<ints>.exists_one(<V>, <bool:int>)", "<map>.all(<V>, <bool:string>)",
		"<texts>.exists(<V>, <bool:string>)", "<ints>.all(<V>, <V>, <bool:int,int>)",
		"<map>.exists(<V>, <V>, <bool:string,int>)", "<ints>.existsOne(<V>, <V>, <bool:int,int>)",
		"type(<dyn>) == type(<dyn>)", "<ints>[?<int>].hasValue()", "<bool> ? <bool> : <bool>",
		"<dyn> < <dyn>", "<dyn> ? true : false"},
	"string": {"<string> + <string>", "<format>", "<format>", "string(<dyn>)", "'%s'.format([<dyn>])",
		"<texts>.join(<string>)", "strings.quote(<string>)", "<texts>[?<int>].orValue(<string>)",
		"<dyn>[?'a'].orValue(<string>)", "string(<int>)", "string(<uint>)", "string(<double>)",
		"string(<bool>)", "string(<bytes>)", "string(<time>)", "string(<span>)", "<string>.charAt(<int>)",
		"<string>.substring(<int>)", "<string>.substring(<int>, <int>)", "<string>.lowerAscii()",
		"<string>.upperAscii()", "<string>.trim()", "<string>.reverse()", "<string>.replace(<string>, <string>)",
		"<string>.replace(<string>, <string>, <int>)", "<texts>.join(<string>)", "<texts>.join()",
		"strings.quote(<string>)", "'%s|%d|%.2f|%x'.format([<string>, <int>, <double>, <int>])",
		"'%s'.format([<dyn>])", "'%e %b %X'.format([<double>, <int>, <string>])",
		"base64.encode(<bytes>)", "<texts>[<int>]", "<bool> ? <string> : <string>"},
	"bytes": {"<bytes> + <bytes>", "bytes(<string>)", "base64.decode(<string>)"},
	"time":  {"<time> + <span>", "<time> - <span>", "<span> + <time>", "timestamp(<string>)", "timestamp(<int>)"},
	"span":  {"<span> + <span>", "<span> - <span>", "<time> - <time>", "duration(<string>)"},
	"ints": {"<ints> + <ints>", "[<int>, <int>]", "[?<ints>[?<int>], <int>]", "<ints>.map(<V>, <int:int>)",
		"<ints>.filter(<V>, <bool:int>)", "<ints>.map(<V>, <bool:int>, i)",
		"<ints>.transformList(<V>, <V>, <int:int,int>)"},
	"texts": {"<texts> + <texts>", "[<string>, <string>]", "<string>.split(<string>)",
		"<string>.split(<string>, <int>)", "<texts>.map(<V>, <string:string>)"},
	"map": {"{<string>: <int>}", "{'a': <int>, ?'b': <ints>[?<int>]}",
		"<map>.transformMap(<V>, <V>, <int:string,int>)"},
	"dyn": {"dyn(<int>)", "dyn(<uint>)", "dyn(<double>)", "dyn(<string>)", "dyn(<bool>)", "dyn(<ints>)",
		"dyn(<time>)", "type(<dyn>)", "[<dyn>, <int>]", "{<string>: <dyn>}", "<dyn> + <dyn>", "<dyn>[<dyn>]",
		"<dyn>.a", "<ints>.transformMap(<V>, <V>, <string:int,int>)", "-(<dyn>)", "size(<dyn>)"},
}

func (g *generator) pick(from []string) string {
	return from[g.random.Intn(len(from))]
}

func (g *generator) expression() string {
	return g.make(g.pick(typeNames), 1+g.random.Intn(4))
}

func (g *generator) make(typeName string, depth int) string {
	if g.random.Intn(24) == 0 {
		typeName = g.pick(typeNames)
	}
	if depth == 0 || g.random.Intn(6) == 0 {
		return g.leaf(typeName)
	}
	return "(" + g.fill(g.pick(forms[typeName]), depth-1) + ")"
}

func (g *generator) leaf(typeName string) string {
	for _, local := range g.locals {
		name, of, _ := strings.Cut(local, ":")
		if of == typeName && g.random.Intn(3) == 0 {
			return name
		}
	}
	if made := g.literal(typeName); made != "" && g.random.Intn(3) == 0 {
		return made
	}
	return g.pick(leaves[typeName])
}

var hole = regexp.MustCompile(`<([a-zA-Z]+)(:[a-z,]*)?>`)

func (g *generator) fill(form string, depth int) string {
	names := []string{}
	return hole.ReplaceAllStringFunc(form, func(text string) string {
		want, of, isBody := strings.Cut(text[1:len(text)-1], ":")
		if want == "format" {
			return g.format(depth)
		}
		if want == "V" {
			names = append(names, "v"+string(rune('a'+len(g.locals)+len(names))))
			return names[len(names)-1]
		}
		if isBody {
			return g.body(want, strings.Split(of, ","), names, depth)
		}
		return g.make(want, depth)
	})
}

// An expression that may speak of `names`, of the types `of`.
func (g *generator) body(want string, of, names []string, depth int) string {
	before := len(g.locals)
	for i, name := range names {
		typeName := of[min(i, len(of)-1)]
		if typeName == "" {
			typeName = want
		}
		g.locals = append(g.locals, name+":"+typeName)
	}
	text := g.make(want, depth)
	g.locals = g.locals[:before]
	return text
}
