package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"time"

	checkpoint "github.com/transparency-dev/formats/log"
	keys "github.com/transparency-dev/formats/note"
	tlogproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

// checkWithFormats opens the newest checkpoint with every key of the policy, one after the other, and the proof files.
func checkWithFormats(policy *policy, log *servedLog, entries [][]byte, proofFiles []string) error {
	signed, err := log.note("checkpoint")
	if err != nil {
		return err
	}
	if err := openWithFormats(policy, signed); err != nil {
		return err
	}
	for _, path := range proofFiles {
		if err := checkProofFile(policy, path, entries); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	say("formats", "%d proof files print back byte for byte, transparency-dev/merkle accepts their inclusion", len(proofFiles))
	return nil
}

func openWithFormats(policy *policy, signed []byte) error {
	for _, vkey := range policy.logs {
		verifier, err := keys.NewVerifier(vkey)
		if err != nil {
			return fmt.Errorf("%s: %w", vkey, err)
		}
		opened, _, _, err := checkpoint.ParseCheckpoint(signed, policy.origin(), verifier)
		if err != nil {
			return fmt.Errorf("%s: %w", kindOf(vkey), err)
		}
		say("formats", "the checkpoint of %d entries opens with the log's %s", opened.Size, kindOf(vkey))
	}
	for _, vkey := range policy.witnesses {
		if err := openCosignature(vkey, signed); err != nil {
			return fmt.Errorf("%s: %w", vkey, err)
		}
	}
	return nil
}

// openCosignature says whether the witness has cosigned; a line by its key that does not verify is an error.
func openCosignature(vkey string, signed []byte) error {
	verifier, err := keys.NewVerifierForCosignatureV1(vkey)
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if _, isUnsigned := err.(*note.UnverifiedNoteError); isUnsigned {
		say("formats", "not cosigned by %s, %s", verifier.Name(), kindOf(vkey))
		return nil
	}
	if err != nil {
		return err
	}
	moment, err := keys.CoSigV1Timestamp(opened.Sigs[0])
	if err != nil {
		return err
	}
	say("formats", "cosigned by %s, %s, at %s", verifier.Name(), kindOf(vkey), moment.UTC().Format(time.RFC3339))
	return nil
}

func checkProofFile(policy *policy, path string, entries [][]byte) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var read tlogproof.TLogProof
	if err := read.Unmarshal(data); err != nil {
		return err
	}
	if !bytes.Equal(read.Marshal(), data) {
		return fmt.Errorf("prints back as %d other bytes", len(read.Marshal()))
	}
	verifier, err := keys.NewVerifier(policy.logs[0])
	if err != nil {
		return err
	}
	head, _, _, err := checkpoint.ParseCheckpoint(read.Checkpoint, policy.origin(), verifier)
	if err != nil {
		return err
	}
	hashes := make([][]byte, len(read.Hashes))
	for i, hash := range read.Hashes {
		hashes[i] = hash[:]
	}
	if read.Index >= uint64(len(entries)) {
		return fmt.Errorf("index %d of %d entries", read.Index, len(entries))
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(entries[read.Index])
	return proof.VerifyInclusion(rfc6962.DefaultHasher, read.Index, head.Size, leaf, hashes, head.Hash)
}

func kindOf(vkey string) string {
	names := map[byte]string{
		typeEd25519:     "Ed25519 key",
		typeECDSA:       "P-256 key",
		typeCosignature: "Ed25519 cosignature key",
		typeMLDSA:       "ML-DSA-44 key",
	}
	for kind, name := range names {
		if len(ofType([]string{vkey}, kind)) > 0 {
			return name
		}
	}
	return "key of another type: " + strings.SplitN(vkey, "+", 2)[0]
}
