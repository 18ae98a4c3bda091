-- Cards on hold are asked for at each new revocation list, and are few among millions.
CREATE INDEX card_certificate_held ON card_certificate (authority) WHERE state = 'held';
