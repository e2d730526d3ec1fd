package main

import (
	"encoding/binary"
	"io"

	"github.com/libp2p/go-libp2p/core/network"
)

const (
	echoProtocol = "/p2pspec/echo/1.0.0"
	perfProtocol = "/perf/1.0.0"
	chunkBytes   = 64 << 10
)

var zeros [chunkBytes]byte

// handleEcho sends back what arrives and ends its side when the remote has ended.
func handleEcho(stream network.Stream) {
	buffer := make([]byte, 4<<10)
	if _, err := io.CopyBuffer(struct{ io.Writer }{stream}, struct{ io.Reader }{stream}, buffer); err != nil {
		stream.Reset()
		return
	}
	stream.Close()
}

// handlePerf is the perf protocol's server: eight bytes say how much to send once the remote has ended.
func handlePerf(stream network.Stream) {
	var header [8]byte
	if _, err := io.ReadFull(stream, header[:]); err != nil {
		stream.Reset()
		return
	}
	if _, err := drain(stream); err != nil {
		stream.Reset()
		return
	}
	if err := sendZeros(stream, binary.BigEndian.Uint64(header[:])); err != nil {
		stream.Reset()
		return
	}
	stream.Close()
}

func drain(stream network.Stream) (int64, error) {
	return io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{stream}, make([]byte, chunkBytes))
}

func sendZeros(stream network.Stream, total uint64) error {
	for total > 0 {
		size := min(total, chunkBytes)
		if _, err := stream.Write(zeros[:size]); err != nil {
			return err
		}
		total -= size
	}
	return nil
}
