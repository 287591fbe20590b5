/// Fields of a message that its contract here does not have, as wire bytes (tags and values) in the order they came.
public struct UnknownFields: Sendable, Hashable {
    /// Well-formed wire format by construction: only the decoder fills it.
    public internal(set) var bytes: [UInt8]

    public init() { bytes = [] }

    init(wellFormed bytes: [UInt8]) { self.bytes = bytes }

    public var isEmpty: Bool { bytes.isEmpty }

    /// The number under which the normaliser hands protobuf-c what that cannot parse: the last one there is. The
    /// generator refuses contracts that use it; when a peer sends it, it is wrapped once more, so nothing is ambiguous.
    static let carrierNumber: UInt32 = 536_870_911
}
