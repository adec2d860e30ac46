// Evaluates the cases of a folder with OPA's prepared queries, as often as standard input says.
//
// A case NAME is NAME.rego, NAME.query, NAME.input.json, NAME.data.json and NAME.references.json.
// A line "NAME MODE COUNT" is answered with the processor time of this whole process in
// nanoseconds; MODE is parsed (the input is a value already), text (it is JSON) or compile. A line
// "NAME result 1" is answered with the value of the query as JSON.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/types"
)

type policyCase struct {
	module, query string
	text          []byte
	input         ast.Value
	store         storage.Store
	references    map[string]*ast.Term
	prepared      rego.PreparedEvalQuery
}

func main() {
	folder := os.Args[1]
	cases := map[string]*policyCase{}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var name, mode string
		var count int
		must(fmt.Sscan(lines.Text(), &name, &mode, &count))
		one := cases[name]
		if one == nil {
			one = load(folder, name)
			cases[name] = one
		}
		fmt.Println(one.answer(mode, count))
	}
}

func load(folder, name string) *policyCase {
	read := func(suffix string) []byte {
		return first(os.ReadFile(filepath.Join(folder, name+suffix)))
	}
	var data map[string]any
	must(0, json.Unmarshal(read(".data.json"), &data))
	var references map[string]any
	must(0, json.Unmarshal(read(".references.json"), &references))
	one := &policyCase{
		module:     string(read(".rego")),
		query:      strings.TrimSpace(string(read(".query"))),
		text:       read(".input.json"),
		store:      inmem.NewFromObject(data),
		references: map[string]*ast.Term{},
	}
	for key, value := range references {
		one.references[key] = ast.NewTerm(first(ast.InterfaceToValue(value)))
	}
	one.input = first(ast.ValueFromReader(bytes.NewReader(one.text)))
	one.prepared = one.prepare()
	return one
}

func (c *policyCase) prepare() rego.PreparedEvalQuery {
	missing := ast.NullTerm()
	lookup := rego.Function1(
		&rego.Function{
			Name:    "query_reference_value",
			Decl:    types.NewFunction(types.Args(types.S), types.A),
			Memoize: true,
		},
		func(_ rego.BuiltinContext, id *ast.Term) (*ast.Term, error) {
			if known := c.references[string(id.Value.(ast.String))]; known != nil {
				return known, nil
			}
			return missing, nil
		})
	return first(rego.New(rego.Query(c.query), rego.Module("case.rego", c.module), rego.Store(c.store), lookup).
		PrepareForEval(context.Background()))
}

func (c *policyCase) answer(mode string, count int) string {
	start := spent()
	switch mode {
	case "result":
		return string(first(json.Marshal(c.eval(c.input)[0].Expressions[0].Value)))
	case "parsed":
		for range count {
			c.eval(c.input)
		}
	case "text":
		for range count {
			c.eval(first(ast.ValueFromReader(bytes.NewReader(c.text))))
		}
	case "compile":
		for range count {
			c.prepare()
		}
	default:
		panic("mode " + mode)
	}
	return fmt.Sprint(spent() - start)
}

func (c *policyCase) eval(input ast.Value) rego.ResultSet {
	return first(c.prepared.Eval(context.Background(), rego.EvalParsedInput(input)))
}

func spent() int64 {
	var usage syscall.Rusage
	must(0, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func first[T any](value T, err error) T {
	must(0, err)
	return value
}

func must(_ int, err error) {
	if err != nil {
		panic(err)
	}
}
