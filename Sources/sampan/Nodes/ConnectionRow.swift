import SampanAPI
import SampanDomain
import SampanMesh

/// A connection as `sampan conn ls` shows it.
struct ConnectionRow: Codable {
    let direction: String
    let peer: String
    let address: String
    let serial: String
    let certificateEndsAt: String?
    let ageMilliseconds: Int64?
    let silenceMilliseconds: Int64?
    let openCalls: UInt32
    let startedCalls: UInt64
    let receivedBytes: UInt64
    let sentBytes: UInt64
    let waitingBytes: UInt64
    let isDraining: Bool

    init(_ state: TrustV1.ConnectionState) {
        (direction, peer, address) = (state.direction, state.peer, state.address)
        serial = Hexadecimal.lowercase(state.serial)
        certificateEndsAt = Moment.text(state.certificateEndsAt)
        ageMilliseconds = Moment.milliseconds(state.age)
        silenceMilliseconds = Moment.milliseconds(state.silence)
        (openCalls, startedCalls) = (state.openCalls, state.startedCalls)
        (receivedBytes, sentBytes, waitingBytes) = (state.receivedBytes, state.sentBytes, state.waitingBytes)
        isDraining = state.draining
    }

    static let head = ["way", "peer", "address", "age", "silent", "open", "calls", "in", "out", "waiting", "certificate ends", "state"]

    var cells: [String] {
        [
            direction, NodeName.short(peer), address, Self.time(ageMilliseconds), Self.time(silenceMilliseconds), "\(openCalls)",
            "\(startedCalls)", Self.size(receivedBytes), Self.size(sentBytes), Self.size(waitingBytes), certificateEndsAt ?? "-",
            isDraining ? "draining" : "open",
        ].map(CertificateDescription.printable)
    }

    /// The largest whole unit: a person compares, and does not count.
    static func time(_ milliseconds: Int64?) -> String {
        guard let milliseconds else { return "-" }
        let units: [(name: String, length: Int64)] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        for unit in units where milliseconds >= unit.length { return "\(milliseconds / unit.length) \(unit.name)" }
        return "\(milliseconds) ms"
    }

    /// Whole units of 1,024.
    static func size(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (left, index) = (bytes, 0)
        while left >= 10 * 1_024, index < units.count - 1 { (left, index) = (left / 1_024, index + 1) }
        return "\(left) \(units[index])"
    }
}
