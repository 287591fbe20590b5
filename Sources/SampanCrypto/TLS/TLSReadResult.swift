/// What one `TLSConnection.read` gave.
package enum TLSReadResult: Sendable, Hashable {
    /// So many bytes of plaintext, at least one.
    case bytes(Int)
    /// Nothing more until the socket brings more; also while the handshake runs.
    case wantMore
    /// The peer sent close_notify: this was everything it had to say.
    case closed
}
