-- Checkpoints on their way to the chain. A row leaves 'final' only if the chain forgot it.
CREATE TABLE anchor (
  size         bigint PRIMARY KEY REFERENCES checkpoint (size),
  state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'included', 'safe', 'final')),
  attempts     integer NOT NULL DEFAULT 0,
  transaction  text,
  block_number bigint,
  block_hash   text,
  queued_at    timestamptz NOT NULL DEFAULT now(),
  sent_at      timestamptz,
  changed_at   timestamptz NOT NULL DEFAULT now(),
  CHECK (state IN ('queued', 'sent') OR (block_number IS NOT NULL AND block_hash IS NOT NULL))
);
CREATE INDEX anchor_open ON anchor (size) WHERE state <> 'final';
