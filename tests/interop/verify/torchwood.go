package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// checkWithTorchwood judges the newest checkpoint and the proof files by the whole policy, quorum included, and reads all
// entries with torchwood's client.
func checkWithTorchwood(policy *policy, log *servedLog, entries [][]byte, proofFiles []string) error {
	known := len(ofType(policy.logs, typeEd25519)) + len(ofType(policy.witnesses, typeCosignature))
	if odd := len(policy.logs) + len(policy.witnesses) - known; odd > 0 {
		say("torchwood", "left out: this version reads Ed25519 keys only, and %d keys are others", odd)
		return nil
	}
	judge, err := torchwood.ParsePolicy(policy.standard)
	if err != nil {
		return err
	}
	signed, err := log.note("checkpoint")
	if err != nil {
		return err
	}
	newest, opened, err := torchwood.VerifyCheckpoint(signed, judge)
	if err != nil {
		return err
	}
	say("torchwood", "the checkpoint of %d entries satisfies the policy with %d verified lines", newest.N, len(opened.Sigs))
	if err := readWithClient(log.url, newest.Tree, entries); err != nil {
		return err
	}
	say("torchwood", "its client reads the same %d entries", len(entries))
	for _, path := range proofFiles {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := judgeProof(judge, data, entries); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	say("torchwood", "%d proof files satisfy the policy, each for its own entry only", len(proofFiles))
	return nil
}

func readWithClient(url string, tree tlog.Tree, entries [][]byte) error {
	fetcher, err := torchwood.NewTileFetcher(url)
	if err != nil {
		return err
	}
	client, err := torchwood.NewClient(fetcher)
	if err != nil {
		return err
	}
	count := 0
	for index, entry := range client.AllEntries(context.Background(), tree, 0) {
		if string(entry) != string(entries[index]) {
			return fmt.Errorf("entry %d differs", index)
		}
		count++
	}
	if client.Err() == nil && count != len(entries) {
		return fmt.Errorf("%d of %d entries", count, len(entries))
	}
	return client.Err()
}

func judgeProof(judge torchwood.Policy, data []byte, entries [][]byte) error {
	if _, err := torchwood.ProofExtraData(data); err != nil {
		return err
	}
	held := 0
	for _, entry := range entries {
		err := torchwood.VerifyProof(judge, tlog.RecordHash(entry), data)
		if other := (*torchwood.VerifyRecordError)(nil); errors.As(err, &other) {
			continue
		}
		if err != nil {
			return err
		}
		held++
	}
	if held != 1 {
		return fmt.Errorf("holds for %d entries", held)
	}
	return nil
}
