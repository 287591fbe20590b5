/// What to do about a call that failed: by its reason, or else by its status and where that was made.
enum CallAdvice {
    static func text(_ record: CallRecordView) -> String {
        byReason[record.reason] ?? byStatus(record)
    }

    private static let byReason = [
        "NO_IDENTITY": "call with a certificate of the region (sampan certs enroll)",
        "NO_RULE": "no rule of the policy is about this method: check its name, or ask the platform's admin for a rule",
        "ROLE_NOT_ALLOWED": "the rules are for other roles: call with the right certificate, or ask the platform's admin (sampan can)",
        "INSTITUTION_NOT_ALLOWED": "the rules are for other institutions: ask the platform's admin (sampan can INSTITUTION METHOD)",
        "DATA_OF_ANOTHER_INSTITUTION": "ask for data of your own institution, or for a rule with data: any",
        "ADDRESS_NOT_LISTED": "the node's peers list does not let this certificate come from there: correct the list, or the address",
        "RATE_LIMIT": "call less often, or have the limit raised (limits: calls-per-second of the node's file)",
        "CONCURRENCY_LIMIT": "wait for calls to end before more are made, or have the limit raised (limits: calls-at-once)",
        "RETRY_BUDGET": "do not repeat so many calls: find out why the first attempts fail (sampan why)",
        "OVERLOAD": "repeat it later; if it matters, say so (sampan-priority); if it lasts, the node needs more room (sampan top)",
        "INSTITUTION_UNKNOWN": "check the institution's code; if it is right, its nodes are not registered (sampan routes)",
        "NODE_UNKNOWN": "check the node's name; if it is right, the node is not registered (sampan routes)",
        "SERVICE_UNKNOWN": "no node of the institution registers this service: check its name (sampan routes, sampan list)",
        "NO_PARENT_SERVES": "no institution above serves this: check mesh: parent of the node, and sampan routes",
        "TARGET_MALFORMED": "write sampan-to as INSTITUTION, INSTITUTION/NODE or parent",
        "ROUTE_LOOP": "nodes pass the call round in a circle: check what they register (sampan routes)",
        "NODE_DRAINING": "the node goes out of service: repeat the call at another",
        "NODE_DRAINED": "the node went out of service before the call had ended: repeat it, with the same request_id, at another",
    ]

    private static func byStatus(_ record: CallRecordView) -> String {
        switch (record.status, record.origin) {
        case ("OK", _): "it did well; the time line says where the time went"
        case (_, "caller"): "the caller ended it: if it waited in vain, a longer deadline, or find what is slow (sampan top)"
        case ("DEADLINE_EXCEEDED", _) where !record.route.isEmpty:
            "ask the next node what took so long; if it is well, give the call a longer deadline"
        case ("DEADLINE_EXCEEDED", _): "find what the service waits for, or give the call a longer deadline"
        case (_, "transport"):
            "see whether \(record.route) is there: sampan probe \(record.endpoint.isEmpty ? "HOST:PORT" : record.endpoint)"
        case (_, "next-node"): "ask the node of \(record.route): sampan why \(record.callID) --node HOST:PORT"
        case ("UNAUTHENTICATED", _): "look at the certificate: sampan certs lint, and sampan denials"
        case ("UNIMPLEMENTED", _): "check the method's name (sampan list --methods), and that this is the right node"
        case ("RESOURCE_EXHAUSTED", _): "make the call smaller, or have the limit raised that the message names"
        case ("UNKNOWN", "handler"), ("INTERNAL", "handler"): "the service failed: its node's log at that time has the reason"
        case (_, "handler"): "the service has refused it: the status that its caller got says why"
        default: "the message says what was wrong; the node's log at that time may say more"
        }
    }
}
