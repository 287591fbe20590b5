internal import SampanRPC

/// Tells the interceptors of a channel about one call, its end once.
///
/// Sendable: written before the call is handed to its loop, and touched there only from then on.
final class InterceptorReport: CallObserver, @unchecked Sendable {
    let call: OutgoingCall
    private let interceptors: [any ClientInterceptor]
    private let began = ContinuousClock.now
    /// How many have let the call begin.
    private var begun = 0

    init(_ call: OutgoingCall, _ interceptors: [any ClientInterceptor]) {
        self.call = call
        self.interceptors = interceptors
    }

    /// Asks one after the other; throws what the first throws that refuses, after those before it have heard.
    func begin() throws(RPCError) {
        for interceptor in interceptors {
            do throws(RPCError) {
                try interceptor.begin(call)
            } catch {
                finished(error.code)
                throw error
            }
            begun += 1
        }
    }

    func finished(_ code: StatusCode) {
        let duration = ContinuousClock.now - began
        for interceptor in interceptors.prefix(begun) { interceptor.finished(call, code, duration: duration) }
        begun = 0
    }

    // MARK: CallObserver

    func receivedHead(_ call: ClientCall) {}

    func ended(_ call: ClientCall, _ error: RPCError?) { finished(error?.code ?? .ok) }
}
