internal import CCurl
internal import Synchronization

/// One thread over one libcurl multi handle.
///
/// `@unchecked Sendable`: `multi` is made in `init` and cleaned up in `deinit`, when nobody has this object any more; between them only the
/// thread of `run` uses it, and `curl_multi_wakeup`, which libcurl documents for any thread. That thread alone touches `transfers`.
@safe final class CurlLoop: @unchecked Sendable {
    private struct Inbox {
        var jobs: [CurlJob] = []
        var cancelled: [Int] = []
        /// Numbers of all that have come and not ended.
        var live: Set<Int> = []
        var next = 0
        var isClosed = false
        var hasEnded = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: HTTPClientConfiguration
    private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private var transfers: [Int: CurlTransfer] = [:]

    /// libcurl's, once for the process: nil when it started.
    private static let startFailure: CURLcode? = {
        let code = sampan_curl_start()
        return code == CURLE_OK ? nil : code
    }()

    /// Longest look without a turn, in milliseconds: libcurl's own timers and wake-ups end it earlier.
    private static let longestPoll: Int32 = 1_000

    init(_ configuration: HTTPClientConfiguration) throws(HTTPClientError) {
        guard Self.startFailure == nil, let multi = unsafe sampan_curl_multi_init() else { throw .notSent(.library) }
        self.configuration = configuration
        unsafe self.multi = multi
        unsafe sampan_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.connections)
        unsafe sampan_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.connections)
    }

    deinit {
        unsafe sampan_curl_multi_cleanup(multi)
    }

    // MARK: From any thread

    func nextNumber() -> Int {
        inbox.withLock { inbox in
            inbox.next += 1
            return inbox.next
        }
    }

    func add(_ job: CurlJob) {
        let refusal: HTTPClientError? = inbox.withLock { inbox in
            if inbox.isClosed { return .notSent(.closed) }
            // Cancelled before it came.
            if let place = inbox.cancelled.firstIndex(of: job.number) {
                inbox.cancelled.remove(at: place)
                return .notSent(.cancelled)
            }
            guard inbox.live.count < configuration.requests else { return .notSent(.overloaded) }
            inbox.live.insert(job.number)
            inbox.jobs.append(job)
            return nil
        }
        if let refusal { job.end(.failure(refusal)) } else { wake() }
    }

    func cancel(_ number: Int) {
        inbox.withLock { inbox in if !inbox.isClosed { inbox.cancelled.append(number) } }
        wake()
    }

    func close() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                inbox.isClosed = true
                if !inbox.hasEnded { inbox.closers.append(continuation) }
                return inbox.hasEnded
            }
            if hasEnded { continuation.resume() } else { wake() }
        }
    }

    private func wake() { unsafe _ = sampan_curl_multi_wakeup(multi) }

    // MARK: On its thread

    func run() {
        while takeInbox() {
            var running: Int32 = 0
            unsafe _ = sampan_curl_multi_perform(multi, &running)
            readEnds()
            unsafe _ = sampan_curl_multi_poll(multi, Self.longestPoll)
        }
        for transfer in transfers.values { end(transfer, .failure(transfer.hasSent ? .unknown(.closed) : .notSent(.closed))) }
        let closers = inbox.withLock { inbox in
            inbox.hasEnded = true
            defer { inbox.closers = [] }
            return inbox.closers
        }
        for closer in closers { closer.resume() }
    }

    /// Starts what has come and ends what was cancelled; false when it is over.
    private func takeInbox() -> Bool {
        let (jobs, cancelled, isClosed) = inbox.withLock { inbox in
            // Of one that ended before, or whose request has not come yet: the latter is looked for when it comes.
            let mine = inbox.cancelled.filter { inbox.live.contains($0) }
            inbox.cancelled.removeAll { inbox.live.contains($0) || $0 <= inbox.next - 2 * configuration.requests }
            defer { inbox.jobs = [] }
            return (inbox.jobs, mine, inbox.isClosed)
        }
        for job in jobs { start(job) }
        for number in cancelled {
            guard let transfer = transfers[number] else { continue }
            end(transfer, .failure(transfer.hasSent ? .unknown(.cancelled) : .notSent(.cancelled)))
        }
        return !isClosed
    }

    private func start(_ job: CurlJob) {
        guard let transfer = CurlTransfer(job, configuration) else { return finish(job, .failure(.notSent(.library))) }
        guard unsafe sampan_curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
            return finish(job, .failure(.notSent(.library)))
        }
        transfers[job.number] = transfer
    }

    private func readEnds() {
        var left: Int32 = 0
        while let message = unsafe sampan_curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let (handle, code) = unsafe (message.pointee.easy_handle, sampan_curl_result(message))
            // The message dies with the handle's leaving.
            guard let transfer = transfers.values.first(where: { unsafe $0.handle == handle }) else { continue }
            end(transfer, transfer.result(code))
        }
    }

    private func end(_ transfer: CurlTransfer, _ result: Result<HTTPClientResponse, HTTPClientError>) {
        unsafe _ = sampan_curl_multi_remove_handle(multi, transfer.handle)
        transfers[transfer.job.number] = nil
        finish(transfer.job, result)
    }

    private func finish(_ job: CurlJob, _ result: Result<HTTPClientResponse, HTTPClientError>) {
        inbox.withLock { inbox in _ = inbox.live.remove(job.number) }
        job.end(result)
    }
}
