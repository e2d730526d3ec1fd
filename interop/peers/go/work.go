package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
)

const (
	payloadBytes = 32
	warmUpBytes  = 32 << 20
)

type job struct {
	target   peer.AddrInfo
	work     string
	bytes    uint64
	count    int
	parallel int
}

// runWork runs one piece of work against the listener and measures it.
func runWork(j job) (object, error) {
	switch j.work {
	case "bulk-up", "bulk-down":
		return j.bulk()
	case "dial":
		return j.dials()
	case "stream":
		return j.streams()
	case "latency":
		return j.latency()
	case "idle":
		return j.idle()
	case "idle-streams":
		return j.idleStreams()
	}
	return nil, fmt.Errorf("unknown work '%s': take bulk-up, bulk-down, dial, stream, latency, idle or idle-streams", j.work)
}

func (j job) connected() (host.Host, error) {
	node, err := newNode("", true)
	if err != nil {
		return nil, err
	}
	return node, node.Connect(context.Background(), j.target)
}

func (j job) bulk() (object, error) {
	node, err := j.connected()
	if err != nil {
		return nil, err
	}
	transfer := func(size uint64) error {
		stream, err := node.NewStream(context.Background(), j.target.ID, perfProtocol)
		if err != nil {
			return err
		}
		var header [8]byte
		if j.work == "bulk-down" {
			binary.BigEndian.PutUint64(header[:], size)
		}
		if _, err := stream.Write(header[:]); err != nil {
			return err
		}
		if j.work == "bulk-up" {
			if err := sendZeros(stream, size); err != nil {
				return err
			}
		}
		if err := stream.CloseWrite(); err != nil {
			return err
		}
		received, err := drain(stream)
		if err != nil {
			return err
		}
		if j.work == "bulk-down" && uint64(received) != size {
			return fmt.Errorf("received %d of %d bytes", received, size)
		}
		return stream.Close()
	}
	if err := transfer(min(warmUpBytes, (j.bytes+3)/4)); err != nil {
		return nil, err
	}
	result, err := measure(func() error { return transfer(j.bytes) })
	if err != nil {
		return nil, err
	}
	result["bytes"], result["count"] = j.bytes, 1
	return result, nil
}

func (j job) dials() (object, error) {
	// A node keeps one connection to a peer, so that each lane is a node with an identity of its own.
	nodes := make([]host.Host, min(j.parallel, j.count))
	for index := range nodes {
		node, err := newNode("", true)
		if err != nil {
			return nil, err
		}
		nodes[index] = node
	}
	dialOnce := func(lane int) error {
		if err := nodes[lane].Connect(context.Background(), j.target); err != nil {
			return err
		}
		if err := j.echoOnce(nodes[lane]); err != nil {
			return err
		}
		return nodes[lane].Network().ClosePeer(j.target.ID)
	}
	if _, err := lanes(len(nodes), len(nodes), dialOnce); err != nil {
		return nil, err
	}
	return lanes(j.count, len(nodes), dialOnce)
}

func (j job) streams() (object, error) {
	node, err := j.connected()
	if err != nil {
		return nil, err
	}
	once := func(int) error { return j.echoOnce(node) }
	if _, err := lanes((j.count+3)/4, j.parallel, once); err != nil {
		return nil, err
	}
	return lanes(j.count, j.parallel, once)
}

func (j job) latency() (object, error) {
	node, err := j.connected()
	if err != nil {
		return nil, err
	}
	stream, err := node.NewStream(context.Background(), j.target.ID, echoProtocol)
	if err != nil {
		return nil, err
	}
	payload := make([]byte, payloadBytes)
	once := func(int) error {
		if _, err := stream.Write(payload); err != nil {
			return err
		}
		_, err := io.ReadFull(stream, payload)
		return err
	}
	if _, err := lanes((j.count+3)/4, 1, once); err != nil {
		return nil, err
	}
	return lanes(j.count, 1, once)
}

// idle opens connections, each from an identity of its own, and holds them until stdin closes.
func (j job) idle() (object, error) {
	nodes := make([]host.Host, j.count)
	for index := range nodes {
		node, err := j.connected()
		if err != nil {
			return nil, err
		}
		if err := j.echoOnce(node); err != nil {
			return nil, err
		}
		nodes[index] = node
	}
	print(object{"event": "held", "count": len(nodes)})
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return nil, err
	}
	return object{"seconds": 0, "cpuSeconds": 0, "bytes": 0, "count": j.count}, nil
}

// idleStreams opens streams on one connection, echoes once over each, and holds them until stdin closes.
func (j job) idleStreams() (object, error) {
	node, err := j.connected()
	if err != nil {
		return nil, err
	}
	streams := make([]network.Stream, j.count)
	payload := make([]byte, payloadBytes)
	for index := range streams {
		stream, err := node.NewStream(context.Background(), j.target.ID, echoProtocol)
		if err != nil {
			return nil, err
		}
		if _, err := stream.Write(payload); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(stream, payload); err != nil {
			return nil, err
		}
		streams[index] = stream
	}
	print(object{"event": "held", "count": len(streams)})
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return nil, err
	}
	return object{"seconds": 0, "cpuSeconds": 0, "bytes": 0, "count": j.count}, nil
}

func (j job) echoOnce(node host.Host) error {
	stream, err := node.NewStream(context.Background(), j.target.ID, echoProtocol)
	if err != nil {
		return err
	}
	payload := make([]byte, payloadBytes)
	if _, err := stream.Write(payload); err != nil {
		return err
	}
	if err := stream.CloseWrite(); err != nil {
		return err
	}
	received, err := io.ReadAll(stream)
	if err != nil {
		return err
	}
	if len(received) != payloadBytes {
		return fmt.Errorf("the echo was %d of %d bytes", len(received), payloadBytes)
	}
	return stream.Close()
}

// lanes runs once count times in parallel lanes; with the times of the single runs.
func lanes(count, parallel int, once func(lane int) error) (object, error) {
	times := make([]time.Duration, count)
	var started atomic.Int64
	result, err := measure(func() error {
		var group sync.WaitGroup
		failures := make(chan error, parallel)
		for lane := range parallel {
			group.Go(func() {
				for {
					index := int(started.Add(1)) - 1
					if index >= count {
						return
					}
					begin := time.Now()
					if err := once(lane); err != nil {
						failures <- err
						return
					}
					times[index] = time.Since(begin)
				}
			})
		}
		group.Wait()
		select {
		case err := <-failures:
			return err
		default:
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(times)
	result["bytes"], result["count"] = 0, count
	result["p50Ms"] = milliseconds(times[min(count-1, count/2)])
	result["p99Ms"] = milliseconds(times[min(count-1, count*99/100)])
	return result, nil
}

func measure(work func() error) (object, error) {
	cpuBefore, begin := cpuTime(), time.Now()
	if err := work(); err != nil {
		return nil, err
	}
	seconds := time.Since(begin).Seconds()
	return object{"seconds": seconds, "cpuSeconds": (cpuTime() - cpuBefore).Seconds()}, nil
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
