/// What a server says of another attempt: `grpc-retry-pushback-ms` (gRFC A6, Pushback).
package enum Pushback: Sendable, Hashable {
    case after(Duration)
    /// A negative number, or no number at all.
    case never

    package init(_ value: Span<UInt8>) {
        self = value.decimal.map { .after(.milliseconds($0)) } ?? .never
    }
}
