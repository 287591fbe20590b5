/// Which end of the handshake a context plays.
package enum TLSRole: Sendable, Hashable {
    case client, server
}
