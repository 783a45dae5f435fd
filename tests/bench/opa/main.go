// opa WHAT PATH ROUNDS: OPA's side of the benches, through its Go interface.
//
//	decide FOLDER ROUNDS   the audit rule over columns (tests/bench/columns.c dump): a record a
//	                       query, inputs made beforehand, the facts in them; or a thousand
//	                       records a query: whichever is faster counts
//	compile FILE ROUNDS    the module that tests/bench/compile.py wrote, until it can be queried;
//	                       then counts the rules that are true of a record of 400 days
//
// Prints the counts, and the user CPU in nanoseconds: of a record, or of the whole.
package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// In seconds, since its numbers are texts, and short ones are compared faster.
const rule = `package audit

verdict(r) := 0 if r.held
else := 2 if not r.time
else := 2 if r.time < 31536000
else := 2 if r.time > 1795478400
else := 1 if r.time <= 1763856000
else := 1 if r.time <= r.due
else := 0

one := verdict(input)

all := [verdict(r) | some r in input]
`

const chunk = 1000

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "opa:", err)
		os.Exit(1)
	}
}

// User CPU of this process, the collector's included.
func now() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano()
}

func prepare(query, module string) rego.PreparedEvalQuery {
	ready, err := rego.New(rego.Query(query), rego.Module("bench.rego", module)).
		PrepareForEval(context.Background())
	check(err)
	return ready
}

func read(name string) []byte {
	bytes, err := os.ReadFile(filepath.Join(os.Args[2], name))
	check(err)
	return bytes
}

func seconds(bytes []byte, at int) *ast.Term {
	micros := int64(binary.LittleEndian.Uint64(bytes[8*at:]))
	return ast.IntNumberTerm(int(micros / 1000000))
}

func inputs() []*ast.Term {
	times, valid, tenants := read("times"), read("valid"), read("tenants")
	held, due := read("held"), read("due")
	rows := make([]*ast.Term, len(times)/8)
	for i := range rows {
		tenant := binary.LittleEndian.Uint32(tenants[4*i:])
		row := ast.NewObject(
			ast.Item(ast.StringTerm("held"), ast.BooleanTerm(held[tenant] != 0)),
			ast.Item(ast.StringTerm("due"), seconds(due, int(tenant))))
		if valid[i/8]>>(i%8)&1 == 1 {
			row.Insert(ast.StringTerm("time"), seconds(times, i))
		}
		rows[i] = ast.NewTerm(row)
	}
	return rows
}

func ask(ready rego.PreparedEvalQuery, input ast.Value) any {
	found, err := ready.Eval(context.Background(), rego.EvalParsedInput(input))
	check(err)
	return found[0].Expressions[0].Value
}

func verdict(value any) int64 {
	number, err := value.(json.Number).Int64()
	check(err)
	return number
}

func one(ready rego.PreparedEvalQuery, rows []*ast.Term) (counts [3]int64) {
	for _, row := range rows {
		counts[verdict(ask(ready, row.Value))]++
	}
	return counts
}

func many(ready rego.PreparedEvalQuery, chunks []*ast.Array) (counts [3]int64) {
	for _, rows := range chunks {
		for _, value := range ask(ready, rows).([]any) {
			counts[verdict(value)]++
		}
	}
	return counts
}

func decide(rounds int) {
	rows := inputs()
	chunks := []*ast.Array{}
	for at := 0; at < len(rows); at += chunk {
		chunks = append(chunks, ast.NewArray(rows[at:min(at+chunk, len(rows))]...))
	}
	each, all := prepare("data.audit.one", rule), prepare("data.audit.all", rule)
	var counts, same [3]int64
	start := now()
	for range rounds {
		counts = one(each, rows)
	}
	between := now()
	for range rounds {
		same = many(all, chunks)
	}
	end := now()
	if counts != same {
		check(fmt.Errorf("%v a record, %v by thousands", counts, same))
	}
	fmt.Printf("{\"keep\":%d,\"delete\":%d,\"flag\":%d,\"ns\":%.3f}\n", counts[0], counts[1],
		counts[2], float64(min(between-start, end-between))/float64(rounds*len(rows)))
}

func compile(rounds int) {
	module, err := os.ReadFile(os.Args[2])
	check(err)
	probe := ast.NewObject(
		ast.Item(ast.StringTerm("now"), ast.IntNumberTerm(1795392000)),
		ast.Item(ast.StringTerm("made"), ast.IntNumberTerm(1795392000-400*86400)))
	var count int
	start := now()
	for range rounds {
		ready := prepare("data.bench", string(module))
		took := now()
		count += len(ask(ready, probe).(map[string]any))
		start += now() - took // asking is not compiling
	}
	fmt.Printf("{\"count\":%d,\"ns\":%d}\n", count, now()-start)
}

func main() {
	if len(os.Args) != 4 {
		check(fmt.Errorf("opa decide|compile PATH ROUNDS"))
	}
	rounds, err := strconv.Atoi(os.Args[3])
	check(err)
	if os.Args[1] == "compile" {
		compile(rounds)
	} else {
		decide(rounds)
	}
}
