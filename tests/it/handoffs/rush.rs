//! A thousand who claim one package at once, and what is kept of it.

use super::*;

/// Claims; whoever is told that too many ask at once asks again.
async fn patiently(rep: &Person, path: &str) -> crate::app::Answer {
    for _ in 0..400 {
        let answer = rep.post(path, json!({})).await;
        if answer.status != 503 {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the server answers nobody");
}

#[tokio::test]
async fn of_a_thousand_claims_one_wins_and_the_others_are_told_who() {
    let scene = case_a().await;
    let package = scene.hand_off().await.expect(201).id();
    let mut reps = Vec::new();
    for _ in 0..20 {
        reps.push(scene.app.person(Role::SalesRep).await);
    }
    let path = format!("/api/handoffs/{package}/claim");
    let path = &path;
    let claims = (0..1_000).map(|number| {
        let rep = &reps[number % 20];
        async move { (rep, patiently(rep, path).await) }
    });
    let answers = join_all(claims).await;
    let won: Vec<_> = answers.iter().filter(|(_, a)| a.status == 200).collect();
    assert_eq!(won.len(), 1);
    let winner = won[0].0.id.to_string();
    let lost: Vec<_> = answers.iter().filter(|(_, a)| a.status == 409).collect();
    assert_eq!(lost.len(), 999);
    for (_, answer) in lost {
        assert_eq!(answer.json["code"], "already_claimed");
        assert_eq!(
            answer.json["details"]["claimed_by"],
            winner.as_str(),
            "{}",
            answer.text
        );
    }
    let stranger = scene.app.person(Role::SalesRep).await;
    scene
        .app
        .sql()
        .await
        .execute(
            "delete from team_members where user_id = $1",
            &[&stranger.id],
        )
        .await
        .unwrap();
    stranger.post(path, json!({})).await.expect(404);

    let history = format!("/api/handoffs/{package}/history");
    let kept = scene.rep.get(&history).await.expect(200);
    let steps: Vec<_> = kept
        .data()
        .iter()
        .map(|row| row["to_status"].clone())
        .collect();
    assert_eq!(steps, ["pending", "claimed"]);
    assert_eq!(kept.data()[1]["actor"], winner.as_str());
    assert_eq!(kept.data()[1]["to_user"], winner.as_str());
    stranger.get(&history).await.expect(404);
}
