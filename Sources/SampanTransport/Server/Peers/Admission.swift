/// The place of one connection in the limits of its server and of its address: from accept on until nobody holds it any more.
final class Admission {
    private let server: ServerState
    private let host: String

    /// For `ServerState.admit`, which has counted the connection.
    init(_ server: ServerState, host: String) {
        self.server = server
        self.host = host
    }

    deinit { server.release(host) }
}
