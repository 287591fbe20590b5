internal import CCurl

/// One request at libcurl: its handle, and what has come of the answer. Confined to the thread of its loop.
@safe final class CurlTransfer {
    let job: CurlJob
    let handle: UnsafeMutableRawPointer
    private let limits: HTTPClientConfiguration
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var head: [(name: String, value: String)] = []
    private var headBytes = 0
    private var body: [UInt8] = []
    private var isTooLarge = false

    /// Nil where libcurl cannot do it.
    init?(_ job: CurlJob, _ configuration: HTTPClientConfiguration) {
        guard let handle = unsafe sampan_curl_easy_init() else { return nil }
        self.job = job
        unsafe self.handle = handle
        limits = configuration
        guard setUp(configuration) else { return nil }
    }

    deinit {
        unsafe sampan_curl_easy_cleanup(handle)
        unsafe sampan_curl_slist_free_all(headers)
    }

    // MARK: What is sent

    private func setUp(_ configuration: HTTPClientConfiguration) -> Bool {
        let request = job.request
        let isSecure = configuration.origin.isSecure
        guard set(CURLOPT_URL, configuration.origin.description + request.target),
            set(CURLOPT_PROTOCOLS_STR, isSecure ? "https" : "http"), set(CURLOPT_FOLLOWLOCATION, 0), set(CURLOPT_PATH_AS_IS, 1),
            // Whatever the environment says of proxies: these calls go straight to the channel.
            set(CURLOPT_PROXY, ""), set(CURLOPT_NOPROXY, "*"), set(CURLOPT_NETRC, 0),
            set(CURLOPT_SSL_VERIFYPEER, 1), set(CURLOPT_SSL_VERIFYHOST, 2), set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)), set(CURLOPT_NOSIGNAL, 1), set(CURLOPT_USERAGENT, "sampan"),
            set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds),
            set(CURLOPT_TIMEOUT_MS, configuration.timeout.milliseconds)
        else { return false }
        if let file = configuration.trustFile {
            guard set(CURLOPT_CAINFO, file) else { return false }
            unsafe sampan_curl_set_text(handle, CURLOPT_CAPATH, nil)
        }
        return addHeaders(request) && addBody(request) && takeAnswer()
    }

    private func addHeaders(_ request: HTTPClientRequest) -> Bool {
        // Without this, libcurl waits a second for leave to send a large body.
        for line in ["Expect:"] + request.headers.map({ "\($0.name): \($0.value)" }) {
            guard let longer = unsafe sampan_curl_slist_append(headers, line) else { return false }
            unsafe headers = longer
        }
        return unsafe sampan_curl_set_headers(handle, headers) == CURLE_OK
    }

    private func addBody(_ request: HTTPClientRequest) -> Bool {
        guard let body = request.body else { return set(CURLOPT_HTTPGET, 1) }
        guard set(CURLOPT_POST, 1),
            unsafe sampan_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) == CURLE_OK
        else { return false }
        // Copied there; an empty array has no address.
        return unsafe (body + [0]).withUnsafeBytes { bytes in
            unsafe sampan_curl_set_text(handle, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress?.assumingMemoryBound(to: CChar.self)) == CURLE_OK
        }
    }

    private func takeAnswer() -> Bool {
        unsafe sampan_curl_set_takers(
            handle,
            { bytes, size, count, context in
                unsafe CurlTransfer.with(context, bytes, size * count) { $0.takeHead($1) }
            },
            { bytes, size, count, context in
                unsafe CurlTransfer.with(context, bytes, size * count) { $0.takeBody($1) }
            }, Unmanaged.passUnretained(self).toOpaque()) == CURLE_OK
    }

    /// Any other number than that of the bytes ends the transfer.
    private static func with(
        _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
        _ take: (CurlTransfer, [UInt8]) -> Bool
    ) -> Int {
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let taken = unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
        return take(transfer, taken) ? count : (count == 0 ? 1 : 0)
    }

    private func set(_ option: CURLoption, _ text: String) -> Bool { unsafe sampan_curl_set_text(handle, option, text) == CURLE_OK }
    private func set(_ option: CURLoption, _ number: Int) -> Bool { unsafe sampan_curl_set_long(handle, option, number) == CURLE_OK }

    // MARK: What comes

    private func takeHead(_ line: [UInt8]) -> Bool {
        headBytes += line.count
        guard headBytes <= limits.headBytes else {
            isTooLarge = true
            return false
        }
        if line.starts(with: Array("HTTP/".utf8)) {
            // Of another answer, after one that only told to wait.
            head = []
            return true
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        let end = value.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? value.startIndex
        head.append((String(decoding: line[..<colon], as: UTF8.self), String(decoding: value[value.startIndex..<end], as: UTF8.self)))
        return true
    }

    private func takeBody(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= limits.responseBytes - body.count else {
            isTooLarge = true
            return false
        }
        body += bytes
        return true
    }

    /// Whether any byte of the request has left.
    var hasSent: Bool { information(CURLINFO_REQUEST_SIZE) > 0 }

    func result(_ code: CURLcode) -> Result<HTTPClientResponse, HTTPClientError> {
        if code == CURLE_OK {
            return .success(HTTPClientResponse(status: information(CURLINFO_RESPONSE_CODE), headers: head, body: body))
        }
        let reason = isTooLarge ? .tooLarge : Self.reason(code)
        return .failure(hasSent ? .unknown(reason) : .notSent(reason))
    }

    private static func reason(_ code: CURLcode) -> HTTPClientError.Reason {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: .resolve
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_PEER_FAILED_VERIFICATION: .untrusted
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER: .tls
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .lost
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING: .malformedAnswer
        default: .library
        }
    }

    private func information(_ info: CURLINFO) -> Int {
        var value = 0
        return unsafe sampan_curl_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }
}

extension Duration {
    /// Rounded up to one: zero would mean no limit to libcurl.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(clamping: seconds.multipliedReportingOverflow(by: 1_000).partialValue + attoseconds / 1_000_000_000_000_000))
    }
}
