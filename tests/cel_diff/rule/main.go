// cel_rule FOLDER ROUNDS: the audit rule over columns (tests/bench/columns.c dump) as one
// expression of cel-go, its activations prepared beforehand: what tenure is measured against.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

const rule = `held ? 0 : !there || time < 31536000000000 || time > 1795478400000000 ? 2 :
	time <= 1763856000000000 || time <= due ? 1 : 0`

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "cel_rule:", err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	bytes, err := os.ReadFile(filepath.Join(os.Args[1], name))
	check(err)
	return bytes
}

// User CPU of this process, the collector's included.
func now() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano()
}

func activations() []cel.Activation {
	times, valid, tenants := read("times"), read("valid"), read("tenants")
	held, due := read("held"), read("due")
	rows := make([]cel.Activation, len(times)/8)
	for i := range rows {
		tenant := binary.LittleEndian.Uint32(tenants[4*i:])
		row, err := cel.NewActivation(map[string]any{
			"time":  types.Int(binary.LittleEndian.Uint64(times[8*i:])),
			"there": types.Bool(valid[i/8]>>(i%8)&1 == 1),
			"held":  types.Bool(held[tenant] != 0),
			"due":   types.Int(binary.LittleEndian.Uint64(due[8*tenant:])),
		})
		check(err)
		rows[i] = row
	}
	return rows
}

func main() {
	env, err := cel.NewEnv(cel.Variable("time", cel.IntType), cel.Variable("there", cel.BoolType),
		cel.Variable("held", cel.BoolType), cel.Variable("due", cel.IntType))
	check(err)
	ast, issues := env.Compile(rule)
	check(issues.Err())
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	check(err)
	rows := activations()
	rounds, err := strconv.Atoi(os.Args[2])
	check(err)
	var counts [3]int64
	start := now()
	for range rounds {
		counts = [3]int64{}
		for _, row := range rows {
			value, _, err := program.Eval(row)
			check(err)
			counts[value.(types.Int)]++
		}
	}
	fmt.Printf("{\"keep\":%d,\"delete\":%d,\"flag\":%d,\"ns\":%.3f}\n", counts[0], counts[1], counts[2],
		float64(now()-start)/float64(rounds*len(rows)))
}
