// Verify reads a served log with Go libraries that nobody of this project wrote, and says what held.
//
//	verify -policy FILE -url URL/log -sizes 7,300 [-proof FILE ...]
//	verify -policy FILE -note FILE
//
// Every line names the library whose code gave the answer. The first thing that does not hold ends the program with code 1.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

type proofFiles []string

func (p *proofFiles) String() string { return strings.Join(*p, ",") }

func (p *proofFiles) Set(path string) error {
	*p = append(*p, path)
	return nil
}

func main() {
	var proofs proofFiles
	policyFile := flag.String("policy", "", "policy file of the log")
	url := flag.String("url", "", "where the log is served; below it are checkpoint and tile/")
	noteFile := flag.String("note", "", "instead of a served log: one checkpoint, of which only the signatures are checked")
	sizes := flag.String("sizes", "", "sizes of published checkpoints to compare with the newest one, separated by commas")
	flag.Var(&proofs, "proof", "a .tlog-proof file; may be given again")
	flag.Parse()
	if err := choose(*policyFile, *noteFile, strings.TrimSuffix(*url, "/"), *sizes, proofs); err != nil {
		fmt.Fprintln(os.Stderr, "does not hold:", err)
		os.Exit(1)
	}
}

func choose(policyFile, noteFile, url, sizes string, proofs []string) error {
	policy, err := readPolicy(policyFile)
	if err != nil {
		return err
	}
	if noteFile == "" {
		return checkLog(policy, &servedLog{url: url}, sizes, proofs)
	}
	signed, err := os.ReadFile(noteFile)
	if err != nil {
		return err
	}
	return openWithFormats(policy, signed)
}

func checkLog(policy *policy, log *servedLog, sizes string, proofs []string) error {
	entries, err := checkWithModule(policy, log, sizes)
	if err != nil {
		return fmt.Errorf("x/mod: %w", err)
	}
	if err := checkWithFormats(policy, log, entries, proofs); err != nil {
		return fmt.Errorf("formats: %w", err)
	}
	if err := checkWithTorchwood(policy, log, entries, proofs); err != nil {
		return fmt.Errorf("torchwood: %w", err)
	}
	return nil
}

func parseSizes(text string) ([]int64, error) {
	var sizes []int64
	for word := range strings.SplitSeq(text, ",") {
		if word == "" {
			continue
		}
		size, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, size)
	}
	return sizes, nil
}

func say(library, format string, arguments ...any) {
	fmt.Printf("%s: %s\n", library, fmt.Sprintf(format, arguments...))
}
