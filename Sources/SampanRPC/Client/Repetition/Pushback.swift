/// What a server says of another attempt: `grpc-retry-pushback-ms` (gRFC A6, Pushback).
package enum Pushback: Sendable, Hashable {
    case after(Duration)
    /// A negative number, or no number at all.
    case never

    package init(_ value: Span<UInt8>) {
        self = value.decimal.map { .after(.milliseconds($0)) } ?? .never
    }

    /// As it stands in trailers.
    package var wireText: String {
        guard case .after(let wait) = self else { return "-1" }
        let (seconds, attoseconds) = wait.components
        return "\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)"
    }
}
