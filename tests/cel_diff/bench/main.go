// cel_go WHAT FILE ROUNDS: cel-go's side of the benches of conditions, see tests/bench/cel.c.
//
//	compile FILE ROUNDS   the conditions of a file, until they can be decided
//	categories FILE ROUNDS  the same; then counts those that are true of a record of 400 days
//	decide FILE ROUNDS    one condition on the rows of a file, with prepared activations
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

const condition = `result == "failure" && user_name.startsWith("svc-")`

func fail(what any) {
	fmt.Fprintln(os.Stderr, "bench:", what)
	os.Exit(1)
}

// User CPU of this process, the collector's included.
func now() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return usage.Utime.Nano()
}

func compile(env *cel.Env, text string) cel.Program {
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		fail(issues.Err())
	}
	program, err := env.Program(ast)
	if err != nil {
		fail(err)
	}
	return program
}

func compileAll(env *cel.Env, text []byte, rounds int, counted func([]cel.Program) int) {
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	count, start := 0, now()
	for range rounds {
		programs := make([]cel.Program, 0, len(lines))
		for _, line := range lines {
			programs = append(programs, compile(env, line))
		}
		took := now()
		count += counted(programs)
		start += now() - took // counting is not compiling
	}
	fmt.Printf("{\"count\":%d,\"ns\":%d}\n", count, now()-start)
}

func all(programs []cel.Program) int {
	return len(programs)
}

func due(programs []cel.Program) int {
	count := 0
	for _, program := range programs {
		value, _, err := program.Eval(map[string]any{"now": 1795392000, "gone": false,
			"made": 1795392000 - 400*86400, "terminated": 0})
		if err == nil && value == types.True {
			count++
		}
	}
	return count
}

func decideAll(env *cel.Env, text []byte, rounds int) {
	program := compile(env, condition)
	rows := []cel.Activation{}
	for line := range bytes.Lines(text) {
		result, name, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), "\t")
		row, err := cel.NewActivation(map[string]any{
			"result": types.String(result), "user_name": types.String(name)})
		if err != nil {
			fail(err)
		}
		rows = append(rows, row)
	}
	count, start := 0, now()
	for range rounds {
		for _, row := range rows {
			value, _, err := program.Eval(row)
			if err == nil && value == types.True {
				count++
			}
		}
	}
	fmt.Printf("{\"count\":%d,\"ns\":%d}\n", count, now()-start)
}

func main() {
	if len(os.Args) != 4 {
		fail("cel_go compile|decide FILE ROUNDS")
	}
	rounds, _ := strconv.Atoi(os.Args[3])
	env, err := cel.NewEnv(
		cel.Variable("result", cel.StringType), cel.Variable("user_name", cel.StringType),
		cel.Variable("amount", cel.DoubleType), cel.Variable("country", cel.StringType),
		cel.Variable("labels", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("tags", cel.ListType(cel.DynType)), cel.Variable("age", cel.IntType),
		cel.Variable("verified", cel.BoolType), cel.Variable("created", cel.TimestampType),
		cel.Variable("kind", cel.StringType), cel.Variable("now", cel.IntType),
		cel.Variable("made", cel.IntType), cel.Variable("terminated", cel.IntType),
		cel.Variable("gone", cel.BoolType))
	if err != nil {
		fail(err)
	}
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		fail(err)
	}
	switch os.Args[1] {
	case "compile":
		compileAll(env, text, rounds, all)
	case "categories":
		compileAll(env, text, rounds, due)
	default:
		decideAll(env, text, rounds)
	}
}
