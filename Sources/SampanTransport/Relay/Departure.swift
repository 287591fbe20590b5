internal import SampanHTTP2
package import SampanRPC

/// How calls of one caller leave for the same place: made once, and kept by the router for as long as what it says holds.
package final class Departure: Sendable {
    /// For the policy and those who count; a method of another node has no kind of its own here.
    package let method: MethodDescriptor
    package let channel: RelayChannel
    /// For people: whom the calls are for.
    package let target: String
    private let fields: [(name: String, value: String)]
    /// Heads of calls without metadata, which are nearly all: by whether the request is compressed, and whether the answer may be.
    private let heads: [HeaderBlock]

    /// - Parameter fields: said of the way to the next node, in the form of the wire.
    package init(method: MethodDescriptor, channel: RelayChannel, fields: [(name: String, value: String)], target: String) {
        (self.method, self.channel, self.fields, self.target) = (method, channel, fields, target)
        heads = [(false, false), (false, true), (true, false), (true, true)].map {
            Self.head(Metadata(), compressed: $0.0, acceptsGzip: $0.1, fields)
        }
    }

    /// What the head of a call says beside what every head says.
    func head(_ metadata: Metadata, compressed: Bool, acceptsGzip: Bool) -> HeaderBlock {
        guard metadata.isEmpty else { return Self.head(metadata, compressed: compressed, acceptsGzip: acceptsGzip, fields) }
        return heads[(compressed ? 2 : 0) + (acceptsGzip ? 1 : 0)]
    }

    private static func head(
        _ metadata: Metadata, compressed: Bool, acceptsGzip: Bool, _ fields: [(name: String, value: String)]
    ) -> HeaderBlock {
        var block = HeaderBlock()
        if compressed { block.append("grpc-encoding", "gzip") }
        if acceptsGzip { block.append("grpc-accept-encoding", MessageEncoding.accepted) }
        for field in fields { block.append(field.name, field.value) }
        // What is new with each call comes last: a server that knows the head before reads nothing again but what differs.
        block.append(metadata)
        return block
    }
}
