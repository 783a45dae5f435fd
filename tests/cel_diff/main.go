// cel_diff: expressions with what cel-go makes of them, one conformance case a line: those of
// a file, a line each, and then N at random.
//
//	cel_diff FILE N SEED
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/ext"
)

type typed map[string]any

// A variable: how cel-go and how a case declare it, and its value.
type variable struct {
	name, typeName string
	celType        *cel.Type
	value          any
}

var instant = time.Date(2024, 2, 29, 23, 59, 59, 500000000, time.UTC)

var variables = []variable{
	{"i", "int", cel.IntType, int64(3)},
	{"k", "int", cel.IntType, int64(math.MinInt64)},
	{"u", "uint", cel.UintType, uint64(7)},
	{"d", "double", cel.DoubleType, -2.5},
	{"b", "bool", cel.BoolType, true},
	{"s", "string", cel.StringType, "a😀é b"},
	{"y", "bytes", cel.BytesType, []byte{0x61, 0xff}},
	{"t", "google.protobuf.Timestamp", cel.TimestampType, instant},
	{"e", "google.protobuf.Duration", cel.DurationType, 90*time.Minute + 1500*time.Millisecond},
	{"l", "list(int)", cel.ListType(cel.IntType), []int64{3, -1, 3}},
	{"m", "map(string, int)", cel.MapType(cel.StringType, cel.IntType), map[string]int64{"a": 1}},
	{"x", "dyn", cel.DynType, "dynamic"},
}

// What a value is as typed JSON; false where the cases have no words for it.
func toTyped(v ref.Val) (typed, bool) {
	switch x := v.(type) {
	case types.Int:
		return typed{"int": strconv.FormatInt(int64(x), 10)}, true
	case types.Uint:
		return typed{"uint": strconv.FormatUint(uint64(x), 10)}, true
	case types.Double:
		return typed{"double": doubleText(float64(x))}, true
	case types.Bool:
		return typed{"bool": bool(x)}, true
	case types.String:
		return typed{"string": string(x)}, true
	case types.Bytes:
		return typed{"bytes": base64.StdEncoding.EncodeToString(x)}, true
	case types.Null:
		return typed{"null": true}, true
	case types.Timestamp:
		return typed{"timestamp": x.Time.UTC().Format(time.RFC3339Nano)}, true
	case types.Duration:
		return typed{"duration": strconv.FormatInt(int64(x.Duration), 10) + "ns"}, true
	case *types.Type:
		return typed{"type": x.TypeName()}, true
	case traits.Mapper:
		return mapTyped(x)
	case traits.Lister:
		return listTyped(x)
	}
	return nil, false
}

func doubleText(x float64) string {
	if math.IsInf(x, 0) {
		return map[bool]string{true: "Infinity", false: "-Infinity"}[x > 0]
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func listTyped(list traits.Lister) (typed, bool) {
	items := []typed{}
	for it := list.Iterator(); it.HasNext() == types.True; {
		item, ok := toTyped(it.Next())
		if !ok {
			return nil, false
		}
		items = append(items, item)
	}
	return typed{"list": items}, true
}

func mapTyped(m traits.Mapper) (typed, bool) {
	pairs := [][]typed{}
	for it := m.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		k, good := toTyped(key)
		v, fine := toTyped(m.Get(key))
		if !good || !fine {
			return nil, false
		}
		pairs = append(pairs, []typed{k, v})
	}
	return typed{"map": pairs}, true
}

// Variables of one name in several places, for expressions in a container.
var scattered = []variable{
	{"v", "int", cel.IntType, int64(1)},
	{"p.v", "int", cel.IntType, int64(2)},
	{"p.q.v", "int", cel.IntType, int64(3)},
	{"w", "map(string, int)", cel.MapType(cel.StringType, cel.IntType), map[string]int64{"f": 4}},
	{"p.w.f", "int", cel.IntType, int64(5)},
	{"p.q.u", "map(string, int)", cel.MapType(cel.StringType, cel.IntType), map[string]int64{"t": 6}},
	{"p.q.u.t", "int", cel.IntType, int64(7)},
	{"p.x", "int", cel.IntType, int64(8)},
	{"q.v", "int", cel.IntType, int64(9)},
	{"math.y", "int", cel.IntType, int64(10)},
}

// What expressions are compared in.
type world struct {
	env       *cel.Env
	values    map[string]any
	container string
	declared  []typed
	bindings  typed
}

func newWorld(container string, variables []variable) *world {
	options := []cel.EnvOption{
		cel.OptionalTypes(), cel.CrossTypeNumericComparisons(true),
		cel.EagerlyValidateDeclarations(true), cel.DefaultUTCTimeZone(true),
		cel.EnableIdentifierEscapeSyntax(), cel.Container(container),
		ext.Strings(), ext.Math(), ext.Encoders(), ext.Bindings(),
		ext.TwoVarComprehensions(),
	}
	values, bindings := map[string]any{}, typed{}
	declared := []typed{}
	for _, v := range variables {
		options = append(options, cel.Variable(v.name, v.celType))
		values[v.name] = v.value
		declared = append(declared, typed{"name": v.name, "type": v.typeName})
		bindings[v.name], _ = toTyped(types.DefaultTypeAdapter.NativeToValue(v.value))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cel_diff:", err)
		os.Exit(2)
	}
	return &world{env, values, container, declared, bindings}
}

// What comes of an expression; nil where that cannot be told.
func (w *world) outcome(ast *cel.Ast) typed {
	program, err := w.env.Program(ast)
	if err != nil { // a plan that fails before there is anything to evaluate
		return nil
	}
	value, _, err := program.Eval(w.values)
	if err != nil {
		return typed{"error": []string{err.Error()}}
	}
	v, ok := toTyped(value)
	if !ok {
		return nil
	}
	return typed{"value": v}
}

// The case of an expression, to be named; nil where there is nothing to compare. Of what is
// not read at all, "syntax" says so.
func (w *world) makeCase(text string) typed {
	parsed, issues := w.env.Parse(text)
	if issues.Err() != nil {
		return typed{"expr": text, "expect": typed{"error": []string{issues.Err().Error()}},
			"syntax": true}
	}
	checked, issues := w.env.Check(parsed)
	refused := issues.Err() != nil
	ast := parsed
	if !refused {
		ast = checked
	}
	expect := w.outcome(ast)
	if expect == nil {
		return nil
	}
	return typed{"expr": text, "disable_check": refused, "expect": expect}
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: cel_diff FILE N SEED")
		os.Exit(2)
	}
	written, err := os.ReadFile(os.Args[1])
	count, _ := strconv.Atoi(os.Args[2])
	seed, _ := strconv.ParseInt(os.Args[3], 10, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cel_diff:", err)
		os.Exit(2)
	}
	plain, contained := newWorld("", variables), newWorld("p.q", scattered)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	put := func(w *world, row typed, name string) {
		row["file"], row["name"], row["container"] = "diff", name, w.container
		row["type_env"], row["bindings"] = w.declared, w.bindings
		out.Encode(row)
	}
	w := plain
	for number, line := range strings.Split(string(written), "\n") {
		if line == "// in container p.q" {
			w = contained
		}
		if line == "" || strings.HasPrefix(line, "// ") {
			continue
		}
		if row := w.makeCase(line); row != nil {
			put(w, row, "line_"+strconv.Itoa(number+1))
		}
	}
	g := &generator{random: rand.New(rand.NewSource(seed))}
	for number := 0; number < count; {
		row := plain.makeCase(g.expression())
		if row == nil || row["syntax"] == true { // a macro that looks at its arguments
			continue
		}
		number++
		put(plain, row, strconv.Itoa(number))
	}
}
