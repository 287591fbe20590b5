internal import Foundation

/// The kernel's socket tables of one network namespace, joined with what processes hold open.
package struct SocketTable: Sendable {
    package struct Entry: Sendable, Hashable {
        package let local: Endpoint
        package let remote: Endpoint
        package let isListening: Bool
        let inode: String
    }

    package struct Endpoint: Sendable, Hashable {
        /// As the kernel writes it: hexadecimal, in the byte order of the machine.
        package let address: String
        package let port: UInt16
    }

    /// TCP over IPv4 and IPv6.
    package let tcp: [Entry]
    /// Inodes of raw sockets, of UDP sockets that take from anybody, and of listening Unix sockets: none of our parts has one.
    package let otherListeners: Set<String>

    /// - Parameter process: whose namespace is looked at; nil for that of this process.
    package init(of process: Int32? = nil) throws {
        let folder = "/proc/\(process.map(String.init) ?? "self")/net"
        tcp = try ["tcp", "tcp6"].flatMap { try Self.lines("\(folder)/\($0)").map(Self.entry) }
        // State 07 is unconnected (`ss` says UNCONN). A connected one takes from its one peer only: Foundation's `Process`, which the
        // supervisor uses, wakes its thread through a pair of them on loopback.
        let datagrams = try ["udp", "udp6", "raw", "raw6"].flatMap {
            try Self.lines("\(folder)/\($0)").filter { $0[3] == "07" }.map { String($0[9]) }
        }
        // Flag 00010000 is __SO_ACCEPTCON: it listens.
        let listening = try Self.lines("\(folder)/unix").filter { $0[3] == "00010000" }.map { String($0[6]) }
        otherListeners = Set(datagrams + listening)
    }

    package func tcp(of process: Int32) throws -> [Entry] {
        let inodes = try Self.inodes(of: process)
        return tcp.filter { inodes.contains($0.inode) }
    }

    package func otherListeners(of process: Int32) throws -> Set<String> {
        otherListeners.intersection(try Self.inodes(of: process))
    }

    /// What the descriptors of a process lead to.
    package static func openFiles(of process: Int32) throws -> [String] {
        let folder = "/proc/\(process)/fd"
        // One that was closed meanwhile leads nowhere.
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
    }

    private static func inodes(of process: Int32) throws -> Set<String> {
        Set(try openFiles(of: process).filter { $0.hasPrefix("socket:[") }.map { String($0.dropFirst(8).dropLast()) })
    }

    private static func lines(_ path: String) throws -> [[Substring]] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var bytes = Data()
        // The kernel gives a page at a time; what reads whole files takes the first short read for the end.
        while let piece = try file.read(upToCount: 1 << 16), !piece.isEmpty { bytes += piece }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
    }

    private static func entry(_ fields: [Substring]) throws -> Entry {
        // TCP_LISTEN is 0A (include/net/tcp_states.h).
        Entry(local: endpoint(fields[1]), remote: endpoint(fields[2]), isListening: fields[3] == "0A", inode: String(fields[9]))
    }

    private static func endpoint(_ text: Substring) -> Endpoint {
        let parts = text.split(separator: ":")
        return Endpoint(address: String(parts[0]), port: UInt16(parts[1], radix: 16) ?? 0)
    }
}
