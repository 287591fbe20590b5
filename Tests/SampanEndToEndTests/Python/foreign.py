"""A hospital's program on a gRPC stack that we did not write: one booking from start to final state, then a bad request.

usage: foreign.py PROTOS STUBS GATEWAY SIMULATOR TRUST HOSPITAL_PEM HOSPITAL_KEY PAYER_PEM PAYER_KEY INSTITUTION

Prints one line per thing that was seen, as `name: value`.
"""

import sys
from pathlib import Path

protos, stubs, gateway, simulator, trust, hospital_pem, hospital_key, payer_pem, payer_key, institution = sys.argv[1:]

import grpc_tools
from grpc_tools import protoc

files = [str(path.relative_to(protos)) for path in sorted(Path(protos).rglob("*.proto"))]
well_known = Path(grpc_tools.__file__).parent / "_proto"
code = protoc.main(["protoc", f"-I{protos}", f"-I{well_known}", f"--python_out={stubs}", f"--grpc_python_out={stubs}", *files])
assert code == 0, "the contracts cannot be compiled"
sys.path.insert(0, stubs)

import google

google.__path__.append(f"{stubs}/google")  # google/rpc of Protos/, beside the installed google.protobuf

import grpc
from google.rpc import error_details_pb2, status_pb2
from sampan.channel.v1 import channel_service_pb2 as channel_pb2, channel_service_pb2_grpc as channel_grpc
from sampan.payment.v1 import payment_pb2, payment_service_pb2 as service_pb2, payment_service_pb2_grpc as service_grpc


def credentials(certificate, key):
    return grpc.ssl_channel_credentials(Path(trust).read_bytes(), Path(key).read_bytes(), Path(certificate).read_bytes())


def request(number, amount=1500, channel=1):
    order = payment_pb2.Order(out_trade_no=number, institution_code=institution, amount_fen=amount, channel=channel)
    return service_pb2.PayBookingFeeRequest(request_id=f"py-{number}", order=order)


def details(error):
    bytes_ = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    return status_pb2.Status.FromString(bytes_)


def book(payments, payer):
    payment = payments.PayBookingFee(request("PY1"), timeout=20).payment
    print(f"created: {payment_pb2.PaymentState.Name(payment.state)}")
    payer.PayOrder(channel_pb2.PayOrderRequest(checkout_token=payment.checkout_token, pay=True), timeout=20)
    states = [change.payment for change in payments.WatchPayment(service_pb2.WatchPaymentRequest(out_trade_no="PY1"), timeout=20)]
    print(f"final: {payment_pb2.PaymentState.Name(states[-1].state)} {states[-1].receipt_number != ''} {states[-1].seq}")
    again = payments.PayBookingFee(request("PY1"), timeout=20).payment
    print(f"again: {again.receipt_number == states[-1].receipt_number}")


def refuse(payments, name, bad, timeout=20):
    try:
        payments.PayBookingFee(bad, timeout=timeout)
        print(f"{name}: OK")
    except grpc.RpcError as error:
        status = details(error)
        shown = []
        for detail in status.details:
            info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
            if detail.Unpack(info):
                shown.append(info.reason)
            elif detail.Unpack(bad_request):
                shown += [violation.field for violation in bad_request.field_violations]
        agree = status.code == error.code().value[0] and status.message == error.details()
        print(f"{name}: {error.code().name} {agree} {' '.join(shown)}")


def without_certificate():
    anonymous = grpc.ssl_channel_credentials(Path(trust).read_bytes())
    with grpc.secure_channel(gateway, anonymous) as channel:
        try:
            service_grpc.PaymentServiceStub(channel).PayBookingFee(request("PY9"), timeout=10)
            print("without certificate: OK")
        except grpc.RpcError as error:
            print(f"without certificate: {error.code().name}")


with grpc.secure_channel(gateway, credentials(hospital_pem, hospital_key)) as channel, grpc.secure_channel(
    simulator, credentials(payer_pem, payer_key)
) as phone:
    payments = service_grpc.PaymentServiceStub(channel)
    book(payments, channel_grpc.PayerServiceStub(phone))
    refuse(payments, "amount", request("PY2", amount=0))
    refuse(payments, "channel", request("PY3", channel=9))
    refuse(payments, "reused", request("PY1", amount=1501))
    without_certificate()
