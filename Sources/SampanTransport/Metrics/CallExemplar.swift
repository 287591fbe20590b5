package import SampanRPC

/// One call as an example of its bucket: its trace shows what took so long.
package struct CallExemplar: Sendable, Hashable {
    package let trace: TraceID
    package let nanoseconds: Int64
}
