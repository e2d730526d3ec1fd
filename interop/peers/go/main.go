// go-libp2p behind the peer command line: listen, dial, perf, contract.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	ma "github.com/multiformats/go-multiaddr"
)

const dialTimeout = 10 * time.Second

type object = map[string]any

func main() {
	if isContract() && (len(os.Args) == 1 || os.Args[1] == "contract") {
		if err := runContract(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			if errors.Is(err, errUnsupported) {
				os.Exit(unsupportedExitCode)
			}
			os.Exit(1)
		}
		return
	}
	if err := run(os.Args[1:]); err != nil {
		isUnsupported := errors.Is(err, errUnsupported)
		print(object{"event": "failed", "reason": err.Error(), "unsupported": isUnsupported})
		if isUnsupported {
			os.Exit(unsupportedExitCode)
		}
		os.Exit(1)
	}
}

func run(arguments []string) error {
	usage := errors.New("usage: peer listen | dial <multiaddr> | perf <multiaddr> --work <work> | contract")
	if len(arguments) == 0 {
		return usage
	}
	command, rest := arguments[0], arguments[1:]
	target := ""
	if command != "listen" {
		if len(rest) == 0 {
			return usage
		}
		target, rest = rest[0], rest[1:]
	}
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	address := flags.String("host", "127.0.0.1", "address to listen on")
	port := flags.Int("port", 0, "port to listen on, 0 for a free one")
	seed := flags.String("seed", "", "32 bytes in hex: the private key's seed")
	chosen.addFlags(flags)
	benchmark := flags.Bool("benchmark", false, "lift the resource manager's limits")
	work := flags.String("work", "bulk-up", "what to measure")
	bytes := flags.Uint64("bytes", 64<<20, "bytes to move")
	count := flags.Int("count", 100, "how many times")
	parallel := flags.Int("parallel", 1, "how many at a time")
	if err := flags.Parse(rest); err != nil {
		return err
	}
	if err := chosen.check(target); err != nil {
		return err
	}
	if command == "listen" {
		return listen(*address, *port, *seed, *benchmark)
	}
	info, err := peer.AddrInfoFromString(target)
	if err != nil {
		return err
	}
	switch command {
	case "dial":
		return dial(*info, *seed)
	case "perf":
		result, err := runWork(job{target: *info, work: *work, bytes: *bytes, count: *count, parallel: *parallel})
		if err != nil {
			return err
		}
		result["event"], result["work"] = "result", *work
		print(result)
		return nil
	}
	return usage
}

func listen(address string, port int, seed string, benchmark bool) error {
	node, err := newNode(seed, benchmark, chosen.listenAddress(address, port))
	if err != nil {
		return err
	}
	if _, err := chosen.attach(node); err != nil {
		return err
	}
	addresses := []string{}
	listening, err := node.Network().InterfaceListenAddresses()
	if err != nil {
		return err
	}
	for _, each := range listening {
		// The relay client listens too; by itself its address leads nowhere.
		if _, err := each.ValueForProtocol(ma.P_CIRCUIT); err == nil {
			continue
		}
		addresses = append(addresses, each.Encapsulate(ma.StringCast("/p2p/"+node.ID().String())).String())
	}
	print(object{"event": "listening", "addresses": addresses, "agent": agent()})

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(os.Stdin)
		for scanner.Scan() {
			lines <- strings.TrimSpace(scanner.Text())
		}
	}()
	for {
		select {
		case <-signals:
			return node.Close()
		case line, open := <-lines:
			if !open {
				return node.Close()
			}
			if line == "memory" {
				print(memory(node))
			}
		}
	}
}

func dial(target peer.AddrInfo, seed string) error {
	node, err := newNode(seed, false)
	if err != nil {
		return err
	}
	defer node.Close()
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	node.Peerstore().AddAddrs(target.ID, target.Addrs, peerstore.PermanentAddrTTL)
	if err := node.Connect(ctx, target); err != nil {
		return err
	}
	result := <-ping.Ping(ctx, node, target.ID)
	if result.Error != nil {
		return result.Error
	}
	print(object{"event": "pinged", "rttMs": milliseconds(result.RTT)})
	return nil
}

func memory(node host.Host) object {
	runtime.GC()
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return object{
		"event":       "memory",
		"rssBytes":    residentBytes(),
		"heapBytes":   statistics.HeapAlloc + statistics.StackInuse,
		"connections": len(node.Network().Conns()),
	}
}

// The second figure of statm is the resident pages; absent (not Linux), zero is told.
func residentBytes() uint64 {
	content, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident uint64
	if _, err := fmt.Sscan(string(content), &size, &resident); err != nil {
		return 0
	}
	return resident * uint64(os.Getpagesize())
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration.Nanoseconds()) / 1e6
}

func print(event object) {
	line, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(line, '\n'))
}
